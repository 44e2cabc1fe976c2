import { eventually } from '../wire/eventually.ts';
import { startServer, type Transport } from '../wire/transport.ts';
import { FuzzRandom } from './fuzz-random.ts';
import { garbageConnection } from './garbage-connection.ts';
import { GoodClient, type GoodClientReport } from './good-client.ts';
import { footprintOf, type Footprint } from './server-footprint.ts';

export interface LiveOptions {
  transport: Transport;
  connections: number;
  /** Connections that are open at the same time. */
  concurrency: number;
  seed: number;
  progress: (done: number) => void;
}

export interface LiveResult {
  seconds: number;
  /** How the connections ended as their clients saw it. */
  ends: ReadonlyMap<string, number>;
  /** How the server counted them. */
  closedByServer: number;
  good: GoodClientReport;
  before: Footprint;
  after: Footprint;
  problems: string[];
}

/**
 * Growth of all processes together that is a leak. V8 lets the old generation of each busy worker grow by some
 * 130 MiB before it collects (measured: 112 MiB at the start, 250 after 100,000 connections, 155 after 125,000), so
 * over 100,000 connections this shows what leaks 4 KiB for each.
 */
const MAX_GROWTH_BYTES = 400 * 1024 * 1024;
/** Connections before the footprint is taken for the first time: code is compiled and buffers are there. */
const WARM_UP = 500;

/** Lets garbage connections loose on a server of its own, beside a good client that counts its ticks. */
export async function runLive(options: LiveOptions): Promise<LiveResult> {
  const { transport, connections, seed } = options;
  const server = await startServer(transport, {
    WORKERS: '2',
    AUTH_TIMEOUT: '2s',
    MAX_CONNECTIONS: '10000',
  });
  try {
    const good = await GoodClient.open(server);
    // One that is still starting has not opened all that it will.
    await eventually('both workers to listen', async () => {
      return (await server.get('/stats')).body.match(/"isListening": true/g)?.length === 2;
    });
    const { descriptors } = await footprintOf(server.pid);
    // What was reset in the middle of a handshake is still in the backlog for a moment.
    const settled = async (): Promise<Footprint> => {
      let active = 0;
      let now = await footprintOf(server.pid);
      await eventually('the strangers to be gone', async () => {
        // Before the metrics, whose connection is a descriptor too.
        now = await footprintOf(server.pid);
        active = (await server.metrics()).value('tick_storm_active_connections');
        return active === 1 && now.descriptors <= descriptors;
      }).catch(() => {
        problems.push(`${active - 1} strangers and ${now.descriptors - descriptors} descriptors are left`);
      });
      return now;
    };
    const problems: string[] = [];
    const ends = new Map<string, number>();
    const target = { port: server.port, tls: server.tls };
    const run = async (from: number, to: number): Promise<void> => {
      let index = from;
      const lane = async (): Promise<void> => {
        while (index < to) {
          const number = index++;
          const end = await garbageConnection(target, new FuzzRandom(seed, number), number);
          ends.set(end, (ends.get(end) ?? 0) + 1);
          options.progress(number);
        }
      };
      await Promise.all(Array.from({ length: options.concurrency }, lane));
    };
    const startedMs = performance.now();
    const warmUp = Math.min(WARM_UP, connections);
    await run(0, warmUp);
    const before = await settled();
    await run(warmUp, connections);
    const seconds = (performance.now() - startedMs) / 1_000;
    const after = await settled();
    const metrics = await server.metrics();
    const report = await good.close();
    problems.push(...report.problems);
    if (after.processes !== before.processes) problems.push(`${after.processes} processes, not ${before.processes}`);
    if (after.residentBytes - before.residentBytes > MAX_GROWTH_BYTES) problems.push('the memory grew');
    const faults = server.logs.filter(({ level }) => level === 'error');
    if (faults.length > 0) problems.push(`the server logged ${faults.length} errors: ${JSON.stringify(faults[0])}`);
    const closedByServer = metrics.value('tick_storm_connections_closed_total');
    return { seconds, ends, closedByServer, good: report, before, after, problems };
  } finally {
    await server.stop();
  }
}
