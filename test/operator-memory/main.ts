// `npm run bench:operator-memory`: what the operator keeps of many TickStorms and their pods. See README.md.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { plainTable } from '../bench/table.ts';
import { bundleProgram } from '../images/bundle-program.ts';
import { runCommand } from '../images/run-command.ts';
import { FakeCluster } from './fake-cluster.ts';
import { measureOperator, type Readings } from './measured-operator.ts';

const INSIDE = 'TICK_STORM_OPERATOR_MEMORY';
const TICK_STORMS_PER_NAMESPACE = 20;
const NODES = 20;
/** What a pod answers to `/stats`, as far as the operator reads it. */
const STATS = JSON.stringify({
  workers: [{ connections: 250 }, { connections: 250 }],
  flow: { ticksPublished: 1_000_000 },
  streams: { SECOND: { position: 12_345 } },
  closes: { client_closed: 20, heartbeat_timeout: 3, drained: 7, write_deadline: 1, auth_failed: 2, server_full: 0 },
  resources: ['memory', 'descriptors', 'connections'].map((resource) => ({ resource, isBreached: false })),
});

/** All of 127.0.0.0/8 is this machine. */
const addressOf = (index: number): string => `127.${1 + (index >> 16)}.${(index >> 8) & 255}.${index & 255}`;

async function clusterOf(instances: number, pods: number): Promise<FakeCluster> {
  const cluster = await FakeCluster.start({ podsOfEach: pods, addressOf });
  for (let index = 0; index < NODES; index += 1) {
    const labels = { 'kubernetes.io/os': 'linux', 'topology.kubernetes.io/zone': `zone-${index % 3}` };
    cluster.put('nodes', { metadata: { name: `node-${index}`, labels } });
  }
  for (let index = 0; index < instances; index += 1) {
    const metadata = { name: `storm-${index}`, namespace: `market-${Math.floor(index / TICK_STORMS_PER_NAMESPACE)}` };
    const spec = {
      ...{ replicas: pods, autoscaling: { mode: 'Enabled' }, service: { type: 'ClusterIP' } },
      networkPolicy: { mode: 'Enabled' },
    };
    cluster.put('tickstorms', { metadata, spec });
  }
  return cluster;
}

const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(0);
const cells = (label: string, of: Readings): string[] => [
  ...[label, of.cpuSeconds.toFixed(1), mebibytes(of.heapBytes), mebibytes(of.residentBytes), mebibytes(of.peakBytes)],
];

async function measure(instances: readonly number[], pods: number, others: readonly string[]): Promise<void> {
  await runCommand('ip', ['link', 'set', 'lo', 'up']);
  const folder = await mkdtemp(join(tmpdir(), 'operator-memory-'));
  const podStats = createServer((_, response) => response.end(STATS));
  podStats.listen(9_090, '0.0.0.0');
  await once(podStats, 'listening');
  const rows = [['', 'CPU s', 'heap MiB', 'resident MiB', 'peak MiB']];
  const add = (label: string, readings: Readings): void => {
    rows.push(cells(label, readings));
    console.log(cells(label, readings).join('  '));
  };
  try {
    const program = await bundleProgram('operator', folder);
    for (const count of instances) {
      const cluster = await clusterOf(count, pods);
      const label = `${count} TickStorms of ${pods} pods`;
      add(`${label}: made`, await measureOperator(program, cluster, folder));
      add(`${label}: restart`, await measureOperator(program, cluster, folder));
      for (const other of others) add(`${label}: restart of ${other}`, await measureOperator(other, cluster, folder));
      cluster.stop();
    }
  } finally {
    podStats.close();
    await rm(folder, { recursive: true });
  }
  console.log(`\n${plainTable(rows)}`);
}

const { values } = parseArgs({
  options: {
    instances: { type: 'string', default: '100,500,1000' },
    pods: { type: 'string', default: '6' },
    also: { type: 'string', multiple: true, default: [] },
  },
});
if (process.env[INSIDE] === undefined) {
  // A network of its own: the pods' ports are free there, and their addresses nobody else's.
  const args = ['--net', process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  const child = spawn('unshare', args, { stdio: 'inherit', env: { ...process.env, [INSIDE]: 'yes' } });
  const [code] = (await once(child, 'exit')) as [number | null];
  process.exitCode = code ?? 1;
} else {
  await measure(
    values.instances.split(',').map(Number),
    Number(values.pods),
    values.also.map((file) => resolve(file)),
  );
}
