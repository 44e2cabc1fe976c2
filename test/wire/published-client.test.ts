import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { projectVersion } from '../releases/project-version.ts';
import { PASSWORD, ServerProcess, USERNAME } from './server-process.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const archiveOf = (name: string): string => join(project, `tick-storm-${name}-${projectVersion()}.tgz`);
const bin = (name: string): string => join(root, 'node_modules', '.bin', name);

const PROGRAM = `import { connect, type Tick } from '@tick-storm/client';

const client = connect({ address: process.env['ADDRESS']!, username: '${USERNAME}', password: '${PASSWORD}' });
for await (const tick of client.subscribe({ symbols: ['AAPL'] })) {
  const { symbol }: Tick = tick;
  console.log(symbol);
  break;
}
`;

let project: string;
let server: ServerProcess;

/** A project of somebody else with the packed packages in it, and those that they name, but none of this repository. */
beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'tick-storm-published-'));
  server = await ServerProcess.start();
  const packages = ['protocol', 'client'];
  const where = packages.map((name) => `--workspace=${name}`);
  await run('npm', ['pack', ...where, `--pack-destination=${project}`], { cwd: root });
  for (const name of packages) {
    const folder = join(project, 'node_modules', '@tick-storm', name);
    await mkdir(folder, { recursive: true });
    await run('tar', ['-xzf', archiveOf(name), '-C', folder, '--strip-components=1']);
  }
  await symlink(join(root, 'node_modules', 'protobufjs'), join(project, 'node_modules', 'protobufjs'));
  await writeFile(join(project, 'package.json'), '{ "type": "module" }');
  await writeFile(join(project, 'program.ts'), PROGRAM);
});
afterAll(async () => {
  await server.stop();
  await rm(project, { recursive: true, force: true });
});

it('serves a program that has the packed package and nothing else of this repository', async () => {
  const env = { ...process.env, NODE_OPTIONS: '', ADDRESS: `127.0.0.1:${server.port}` };
  const { stdout } = await run(process.execPath, ['program.ts'], { cwd: project, env });
  expect(stdout).toBe('AAPL\n');
});

it('brings its types', async () => {
  const types = ['--typeRoots', join(root, 'node_modules', '@types'), '--types', 'node'];
  const strict = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2024'];
  await run(bin('tsc'), [...strict, ...types, 'program.ts'], { cwd: project });
  await writeFile(join(project, 'wrong.ts'), PROGRAM.replace('symbol }: Tick', 'symbol, colour }: Tick'));
  const { stdout } = await run(bin('tsc'), [...strict, ...types, 'wrong.ts'], { cwd: project }).catch(
    (error: { stdout: string }) => error,
  );
  expect(stdout).toContain("Property 'colour' does not exist on type 'Tick'");
});

it('holds no tests and no test servers', async () => {
  const { stdout } = await run('tar', ['-tzf', archiveOf('client')]);
  expect(stdout).toContain('package/dist/index.js');
  expect(stdout).not.toMatch(/\.test\.|scripted|testing/);
});
