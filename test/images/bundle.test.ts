import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { repositoryRoot } from './repository-root.ts';
import { runCommand } from './run-command.ts';

const node = join(repositoryRoot, 'node_modules', 'node', 'bin', 'node');
const build = ['--conditions=source', join(repositoryRoot, 'scripts', 'build.ts')];

/** Outside the work tree, so that nothing can be found in a node_modules by chance. */
let out: string;
beforeAll(async () => {
  out = await mkdtemp(join(tmpdir(), 'bundles-'));
  await runCommand(node, [...build, 'server', 'operator', '--out', out]);
}, 120_000);
afterAll(() => rm(out, { recursive: true }));

describe('a bundle', () => {
  it('is one file, with the addon that the server needs', async () => {
    expect(await readdir(join(out, 'server'))).toEqual(['THIRD-PARTY-NOTICES.txt', 'koffi.node', 'server.mjs']);
    expect(await readdir(join(out, 'operator'))).toEqual(['THIRD-PARTY-NOTICES.txt', 'operator.mjs']);
  });

  it('has no letter outside of ASCII: with one the engine keeps all of it in two bytes a letter', async () => {
    for (const program of ['server', 'operator']) {
      const text = await readFile(join(out, program, `${program}.mjs`), 'latin1');
      expect(/[^\0-\x7f]/.exec(text)).toBeNull();
    }
  });

  it('comes with the licences of the packages in it, and only of those', async () => {
    const server = await readFile(join(out, 'server', 'THIRD-PARTY-NOTICES.txt'), 'utf8');
    const operator = await readFile(join(out, 'operator', 'THIRD-PARTY-NOTICES.txt'), 'utf8');
    for (const name of ['koffi', 'protobufjs', 'winston', 'prom-client'])
      expect(server).toMatch(new RegExp(`^${name} \\d`, 'm'));
    expect(server).not.toContain('@kubernetes/client-node');
    expect(operator).toMatch(/^@kubernetes\/client-node \d/m);
    expect(operator).not.toMatch(/^(protobufjs|koffi) /m);
    expect(server).toContain('Permission is hereby granted, free of charge');
  });

  it('runs the server with its workers, sets limits through the addon, and ends in order', async () => {
    const env = {
      LISTEN_ADDR: '127.0.0.1:0',
      METRICS_ADDR: '127.0.0.1:0',
      AUTH_USERNAME: 'user',
      AUTH_PASSWORD: 'password',
      WORKERS: '1',
      ULIMIT_MAX_OPEN_FILES: '1000',
    };
    const server = spawn(node, [join(out, 'server', 'server.mjs')], {
      cwd: out,
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const exit = once(server, 'exit');
    const lines: string[] = [];
    for await (const line of createInterface({ input: server.stderr })) {
      lines.push(line);
      if (line.includes('"message":"listening"')) server.kill('SIGTERM');
    }
    expect(lines.filter((line) => line.includes('"granted":1000'))).toHaveLength(2);
    expect(await exit).toEqual([0, null]);
  }, 60_000);

  it('runs the operator, which says what is wrong with its environment', async () => {
    const operator = runCommand(node, [join(out, 'operator', 'operator.mjs')], {
      cwd: out,
      env: { LOG_LEVEL: 'loud' },
    });
    await expect(operator).rejects.toThrow(/exit code 78\n.*LOG_LEVEL.*one of error, warn, info, debug/s);
  }, 60_000);
});

describe('scripts/build.ts', () => {
  it('refuses a program that there is not', async () => {
    await expect(runCommand(node, [...build, 'client'])).rejects.toThrow(
      'there is no program client; choose from server, operator',
    );
  });
});
