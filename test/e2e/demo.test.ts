import { describe, expect, it, jest } from '@jest/globals';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Cluster } from '../cluster/cluster.ts';
import { processesIn } from '../cluster/cgroups.ts';
import { run } from '../cluster/run.ts';
import { waitFor } from '../cluster/wait.ts';
import { repositoryRoot } from '../images/repository-root.ts';
import { PATIENCE_MS } from './live-tick-storm.ts';

jest.setTimeout(3 * PATIENCE_MS);

const CLUSTER = 'demo-e2e';

interface DemoRun {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly ended: Promise<number | null>;
}

function startDemo(...args: readonly string[]): DemoRun {
  const program = join(repositoryRoot, 'scripts', 'bootstrap.mjs');
  const child = spawn('node', [program, 'test/demo/main.ts', '--cluster', CLUSTER, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = once(child, 'close').then(() => child.exitCode);
  return { child, output: () => output, ended };
}

/** What a machine shows of clusters: interfaces, routes, mounts and cgroups. */
async function traces(): Promise<readonly string[]> {
  const interfaces = readdirSync('/sys/class/net').filter((name) => name.startsWith('tickstorm'));
  const routes = (await run('ip', ['route'])).split('\n').filter((route) => route.includes('dev tickstorm'));
  const mounts = (await run('cat', ['/proc/mounts'])).split('\n').filter((mount) => mount.includes(`/${CLUSTER}/`));
  const groups = ['memory', 'cpu', 'pids', '']
    .map((controller) => join('/sys/fs/cgroup', controller, `tick-storm-${CLUSTER}-node-1`))
    .filter((folder) => existsSync(folder));
  return [...interfaces, ...routes, ...mounts, ...groups].sort();
}

async function expectNothingLeft(before: readonly string[]): Promise<void> {
  expect(Cluster.find(CLUSTER)).toBeUndefined();
  expect(processesIn(`tick-storm-${CLUSTER}-node-1`)).toEqual([]);
  expect(await traces()).toEqual(before);
}

describe('npm run demo', () => {
  it('--once prints 20 ticks from both pods, says so in its last line and leaves nothing behind', async () => {
    const before = await traces();
    const demo = startDemo('--once');
    expect([await demo.ended, demo.output()]).toEqual([0, expect.anything()]);
    const lines = demo.output().trimEnd().split('\n');
    expect(lines.at(-1)).toBe('demo: 20 ticks from 2 pods of TickStorm tick-storm-demo/demo');
    expect(
      lines.filter((line) => /^\d\d:\d\d:\d\d\.\d{3} {2}\S+ +\d+\.\d\d {2}bid .* from demo-/.test(line)),
    ).toHaveLength(20);
    await expectNothingLeft(before);
  });

  it('cleans up when it is interrupted while the cluster starts', async () => {
    const before = await traces();
    const demo = startDemo();
    await waitFor(() => demo.output().includes('the API server is ready'), {
      what: 'the API server of the demo',
      timeoutMs: PATIENCE_MS,
    });
    demo.child.kill('SIGINT');
    expect(await demo.ended).toBe(130);
    expect(demo.output()).toContain('demo: stopped; all that it started is gone');
    await expectNothingLeft(before);
  });

  it('leaves no process and no interface even when it is killed', async () => {
    const before = await traces();
    const demo = startDemo();
    await waitFor(() => demo.output().includes('node-1 is Ready'), {
      what: 'a node of the demo',
      timeoutMs: PATIENCE_MS,
    });
    // The bootstrap's child is the demo itself.
    const [pid] = (await run('ps', ['--ppid', String(demo.child.pid), '-o', 'pid='])).trim().split('\n');
    process.kill(Number(pid), 'SIGKILL');
    await demo.ended;
    await waitFor(
      () => Cluster.find(CLUSTER) === undefined && processesIn(`tick-storm-${CLUSTER}-node-1`).length === 0,
      {
        what: 'the cluster to end with its owner',
        timeoutMs: PATIENCE_MS,
      },
    );
    const isGroup = (trace: string): boolean => trace.startsWith('/sys/fs/cgroup');
    await waitFor(async () => (await traces()).filter((trace) => !isGroup(trace)).length === before.length, {
      what: 'its interface to go',
      timeoutMs: PATIENCE_MS,
    });
  });

  it.each<[string, readonly string[], string]>([
    ['an unknown option', ['--twice'], "Unknown option '--twice'"],
    ['--registry without --context', ['--registry', 'example.org/x'], '--registry goes with --context'],
  ])('refuses %s with exit code 64', async (_, args, message) => {
    const program = join(repositoryRoot, 'scripts', 'bootstrap.mjs');
    const child = spawn('node', [program, 'test/demo/main.ts', ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
    let words = '';
    child.stderr.on('data', (chunk: Buffer) => (words += chunk.toString()));
    await once(child, 'close');
    expect([child.exitCode, words]).toEqual([64, expect.stringContaining(message)]);
  });
});
