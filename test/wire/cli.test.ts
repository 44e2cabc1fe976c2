import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PASSWORD, ServerProcess, USERNAME } from './server-process.ts';

const tickMain = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), 'cli', 'src', 'main.ts');

let server: ServerProcess;
let folder: string;
beforeAll(async () => {
  server = await ServerProcess.start({ INSTANCE_ID: 'pod-1' });
  folder = await mkdtemp(join(tmpdir(), 'tick-'));
  await writeFile(join(folder, 'password'), `${PASSWORD}\n`);
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});

interface Outcome {
  code: number | null;
  out: string;
  err: string;
}

/** Runs `tick` with `args`; `during` sees the process once it has printed its first output. */
async function tick(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  during?: (child: ReturnType<typeof spawn>) => void,
): Promise<Outcome> {
  const child = spawn(process.execPath, ['--conditions=source', tickMain, ...args], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const outcome: Outcome = { code: null, out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (outcome.out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (outcome.err += text));
  if (during) child.stdout.once('data', () => during(child));
  await once(child, 'close');
  outcome.code = child.exitCode;
  return outcome;
}

const sub = (args: readonly string[], during?: (child: ReturnType<typeof spawn>) => void): Promise<Outcome> =>
  tick(
    ['sub', ...args, '--address', `127.0.0.1:${server.port}`, '--user', USERNAME],
    { TICK_PASSWORD: PASSWORD },
    during,
  );

describe('tick sub', () => {
  it('prints a heading and as many aligned ticks as asked for, and exits 0', async () => {
    const { code, out, err } = await sub(['AAPL', 'MSFT', '--count', '12']);
    expect(code).toBe(0);
    const lines = out.trimEnd().split('\n');
    expect(lines).toHaveLength(13);
    expect(lines[0]).toMatch(/^TIME \(UTC\) {2,}SYMBOL {2,}PRICE {2,}VOLUME {2,}BID {2,}ASK {2,}SEQUENCE$/);
    expect(new Set(lines.map(({ length }) => length)).size).toBe(1);
    for (const line of lines.slice(1)) expect(line).toMatch(/^\d\d:\d\d:\d\d\.\d{3} {2}(AAPL|MSFT) /);
    expect(err).toContain(`tick: connected to 127.0.0.1:${server.port} (instance pod-1, server `);
    expect(err).toContain('tick: 12 ticks\n');
  });

  it('prints JSON, one object a line, and nothing else on standard output', async () => {
    const { code, out } = await sub(['--json', '--count', '30']);
    expect(code).toBe(0);
    const ticks = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    expect(ticks).toHaveLength(30);
    for (const parsed of ticks) {
      expect(parsed).toMatchObject({ symbol: expect.any(String), price: expect.any(Number), server: 'pod-1' });
    }
  });

  it('subscribes to the mode that is asked for', async () => {
    const { code, out } = await sub(['AAPL', '--mode', 'minute', '--count', '1', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ symbol: 'AAPL', mode: 'minute' });
  });

  it('goes on where an earlier run ended, and begins in the past', async () => {
    const first = await sub(['AAPL', '--since', '20s', '--count', '5', '--json']);
    const [, position] = /tick: to go on from here: --from (\S+:\d+)\n/.exec(first.err)!;
    const second = await sub(['AAPL', '--from', position!, '--count', '5', '--json']);
    const sequences = `${first.out}${second.out}`
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { sequence: number }).sequence);
    expect(sequences).toEqual(sequences.map((_, index) => sequences[0]! + index * 20));
    expect(second.err).not.toContain('gap');
  });

  it('reads the password from a file', async () => {
    const args = ['sub', 'AAPL', '--count', '1', '--address', `127.0.0.1:${server.port}`, '--user', USERNAME];
    const { code } = await tick([...args, '--password-file', join(folder, 'password')]);
    expect(code).toBe(0);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('closes cleanly on %s and exits 0', async (signal) => {
    const { code, err } = await sub([], (child) => child.kill(signal));
    expect(code).toBe(0);
    expect(err).toMatch(/tick: \d+ ticks\n$/);
  });

  it('ends quietly when its reader has enough', async () => {
    const { code, err } = await sub([], (child) => child.stdout?.destroy());
    expect(code).toBe(0);
    expect(err).not.toContain('EPIPE');
  });

  it('exits 1 with one clear line when the password is wrong or nobody listens', async () => {
    const address = `127.0.0.1:${server.port}`;
    const wrong = await tick(['sub', '--address', address, '--user', USERNAME], { TICK_PASSWORD: 'guess' });
    expect([wrong.code, wrong.out]).toEqual([1, '']);
    expect(wrong.err).toBe(`tick: ${address} refuses: INVALID_AUTH: authentication failed\n`);
    const nobody = await tick(['sub', '--address', '127.0.0.1:1', '--user', USERNAME], { TICK_PASSWORD: PASSWORD });
    expect(nobody.code).toBe(1);
    expect(nobody.err).toBe('tick: cannot connect to 127.0.0.1:1: connect ECONNREFUSED 127.0.0.1:1\n');
  });

  it.each([
    [['--address', 'nowhere'], 'address "nowhere" is not HOST:PORT'],
    [['aapl'], 'symbols[0] is not valid'],
    [['--count', '-1'], "Option '--count' argument is ambiguous"],
    [['--count', 'ten'], '--count ten: a whole number from 1 on is needed'],
    [['--password-file', '/nonexistent/file'], '--password-file /nonexistent/file: ENOENT'],
    [['--ca', '/nonexistent/ca.crt'], '--ca /nonexistent/ca.crt: ENOENT'],
    [['--from', 'e1:1', '--since', '5m'], 'give either from or startTimeMs'],
    [['--loud'], "Unknown option '--loud'"],
  ])('exits 64 on %j', async (args, message) => {
    const { code, err } = await tick(['sub', ...args, '--user', USERNAME], { TICK_PASSWORD: PASSWORD });
    expect(code).toBe(64);
    expect(err).toContain(`tick: ${message}`);
    expect(err).toContain('Run tick --help');
  });
});

describe('tick', () => {
  it.each([['--help'], ['sub', '--help']])('%s %s prints help and exits 0', async (...args) => {
    const { code, out } = await tick(args);
    expect(code).toBe(0);
    expect(out).toMatch(/^Usage: tick /);
  });

  it.each([[[]], [['push']]])('%j exits 64', async (args) => {
    expect((await tick(args)).code).toBe(64);
  });
});
