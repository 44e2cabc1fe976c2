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
import { testCluster } from './test-cluster.ts';

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

/** What the machine still has of the demo's cluster: interface, routes, mounts, processes, cgroups. */
async function tracesOf(hostInterface: string): Promise<readonly string[]> {
  const interfaces = readdirSync('/sys/class/net').filter((name) => name === hostInterface);
  const routes = (await run('ip', ['route'])).split('\n').filter((route) => route.includes(`dev ${hostInterface}`));
  const mounts = (await run('cat', ['/proc/mounts'])).split('\n').filter((mount) => mount.includes(`/${CLUSTER}/`));
  const processes = nodes.flatMap((node) => processesIn(cgroupOf(node))).map(String);
  return [...interfaces, ...routes, ...mounts, ...processes];
}

function cgroups(): readonly string[] {
  return nodes
    .flatMap((node) => ['memory', 'cpu', 'pids', ''].map((type) => join('/sys/fs/cgroup', type, cgroupOf(node))))
    .filter((folder) => existsSync(folder));
}

const nodes = ['node-1', 'node-2'];
const cgroupOf = (node: string): string => `tick-storm-${CLUSTER}-${node}`;

/** Resolves once the demo has said `words`, to the interface of its cluster. */
async function awaitWords(demo: DemoRun, words: string): Promise<string> {
  await waitFor(() => demo.output().includes(words), { what: `the demo to say "${words}"`, timeoutMs: PATIENCE_MS });
  const { hostInterface } = Cluster.find(CLUSTER)!;
  expect(existsSync(`/sys/class/net/${hostInterface}`)).toBe(true);
  return hostInterface;
}

describe('npm run demo', () => {
  it('--once prints 20 ticks from both pods, says so in its last line and leaves nothing behind', async () => {
    const demo = startDemo('--once');
    const hostInterface = await awaitWords(demo, 'node-2 is Ready');
    expect([await demo.ended, demo.output()]).toEqual([0, expect.anything()]);
    const lines = demo.output().trimEnd().split('\n');
    expect(lines.at(-1)).toBe('demo: 20 ticks from 2 pods of TickStorm tick-storm-demo/demo');
    const ticks = lines.filter((line) => /^\d\d:\d\d:\d\d\.\d{3} {2}\S+ +\d+\.\d\d {2}bid .* from demo-/.test(line));
    expect(ticks).toHaveLength(20);
    expect(Cluster.find(CLUSTER)).toBeUndefined();
    expect([...(await tracesOf(hostInterface)), ...cgroups()]).toEqual([]);
  });

  it('cleans up when it is interrupted while the cluster starts', async () => {
    const demo = startDemo();
    const hostInterface = await awaitWords(demo, 'the API server is ready');
    demo.child.kill('SIGINT');
    expect(await demo.ended).toBe(130);
    expect(demo.output()).toContain('demo: stopped; all that it started is gone');
    expect(Cluster.find(CLUSTER)).toBeUndefined();
    expect([...(await tracesOf(hostInterface)), ...cgroups()]).toEqual([]);
  });

  it('leaves no process, mount, interface or route even when it is killed', async () => {
    const demo = startDemo();
    const hostInterface = await awaitWords(demo, 'node-1 is Ready');
    // The bootstrap's child is the demo itself.
    const pid = (await run('ps', ['--ppid', String(demo.child.pid), '-o', 'pid='])).trim();
    process.kill(Number(pid), 'SIGKILL');
    await demo.ended;
    await waitFor(async () => Cluster.find(CLUSTER) === undefined && (await tracesOf(hostInterface)).length === 0, {
      what: 'the cluster to end with its owner',
      timeoutMs: PATIENCE_MS,
    });
    // Empty cgroups and files do stay, until the next `up` or `down`.
    expect(await Cluster.down(CLUSTER)).toBe(true);
    expect(cgroups()).toEqual([]);
  });

  it('refuses a cluster in which another operator runs', async () => {
    const { cluster } = testCluster();
    const args = ['--context', `tick-storm-${cluster.name}`, '--registry', 'localhost'];
    const { exitCode, words } = await runDemo(args, { ...process.env, KUBECONFIG: cluster.kubeconfig });
    expect(words).toContain('(Deployment tick-storm-system/tick-storm-operator)');
    expect(exitCode).toBe(1);
  });

  it.each<[string, readonly string[], string]>([
    ['an unknown option', ['--twice'], "Unknown option '--twice'"],
    ['--registry without --context', ['--registry', 'example.org/x'], '--registry goes with --context'],
  ])('refuses %s with exit code 64', async (_, args, message) => {
    const { exitCode, words } = await runDemo(args, process.env);
    expect([exitCode, words]).toEqual([64, expect.stringContaining(message)]);
  });
});

async function runDemo(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<{ exitCode: number | null; words: string }> {
  const program = join(repositoryRoot, 'scripts', 'bootstrap.mjs');
  const child = spawn('node', [program, 'test/demo/main.ts', ...args], { stdio: ['ignore', 'ignore', 'pipe'], env });
  let words = '';
  child.stderr.on('data', (chunk: Buffer) => (words += chunk.toString()));
  await once(child, 'close');
  return { exitCode: child.exitCode, words };
}
