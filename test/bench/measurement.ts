import type { Contender, Load, Running } from './contenders/contender.ts';
import type { LoadOptions, Quantiles } from './load-client.ts';
import { LoadClients } from './load-clients.ts';
import type { NativePrograms } from './native-programs.ts';
import type { Placement } from './placement.ts';
import { cpuSeconds, kernelSocketBytes, memoryUsage, openDescriptors, residentBytes } from './process-usage.ts';
import { steadyMemory } from './steady-memory.ts';
import { summarize } from './statistics.ts';

/** One contender under one load, once. Sizes are in bytes, of all the contender's processes together. */
export interface Measurement {
  connected: number;
  /** Connections that were wanted and could not be made: the figures are of a smaller load than the others'. */
  missing: number;
  /** Share of the connections whose TLS handshake resumed a session. */
  resumedShare: number;
  /** Connections that are ready per second: connect, authenticate, subscribe. */
  connectsPerSecond: number;
  deliveriesPerSecond: number;
  megabytesPerSecond: number;
  /** Of the sampled connections, scaled to all. */
  ticksPerSecond: number;
  /** Share of one CPU. */
  cpuShare: number;
  cpuMicrosPerDelivery: number;
  /** Share of the time in which the load clients, which share a CPU, had something to do: near 1 they were the limit. */
  loadCpuShare: number;
  /** The same while the connections were made. */
  readyLoadCpuShare: number;
  /** Share of one CPU that the contender used meanwhile. */
  readyCpuShare: number;
  /** Microseconds from a connection's beginning until it was subscribed. */
  handshake: Quantiles | null;
  /** Microseconds from flush to receipt. */
  latency: Quantiles | null;
  /** From flush to receipt before some connections ceased to read. */
  calm: Quantiles | null;
  /** Microseconds from a tick's own time to its receipt, of every tick. */
  feed: Quantiles | null;
  rssBytes: number;
  pssBytes: number;
  /** What TCP buffers and slabs of the whole machine grew by until the end of the measurement, of both ends. */
  kernelBytes: number;
  /** What the connections added before anything was delivered, per connection; the kernel's part is of both ends. */
  rssPerConnection: number;
  pssPerConnection: number;
  kernelPerConnection: number;
  /** RSS of the last quarter of the run against the second quarter's: 0 = the same. */
  rssGrowth: number;
  descriptorGrowth: number;
  /** Deliveries to the connection that got the fewest, as a share of those to the one that got most. */
  fairness: number;
  /** As the contender counts it where connections cease to read: those do not see their end behind what they have not read. */
  closed: number;
  gaps: number;
  omitted: number;
}

export interface Bench {
  programs: NativePrograms;
  placement: Placement;
}

/** Looks at the contender's memory during a run. */
const SAMPLES = 40;
/** Enough for the engine to compile what is used. */
const REHEARSAL_CONNECTIONS = 2_000;

/** Starts a contender, lets the load at it, and reads what it used meanwhile. */
export async function measure(
  bench: Bench,
  contender: Contender,
  load: Load,
  options: LoadOptions,
): Promise<Measurement> {
  const running = await contender.start(load);
  const { programs, placement } = bench;
  const clients = new LoadClients(
    { program: programs['load-client'], cpus: placement.load, contender, running, load },
    options,
  );
  try {
    try {
      return await observe(running, clients, options);
    } finally {
      await clients.stop();
    }
  } finally {
    await running.stop();
  }
}

async function observe(running: Running, clients: LoadClients, options: LoadOptions): Promise<Measurement> {
  const pids = await running.pids();
  // What a contender loads and compiles for its first connections is not what a connection costs. They stay: what they
  // gave up could be used again by the others.
  const rehearsed = options.isMemoryMeasured ? await clients.rehearse(REHEARSAL_CONNECTIONS) : 0;
  if (options.isMemoryMeasured) await steadyMemory(pids);
  const kernelBefore = await kernelSocketBytes();
  const before = await memoryUsage(pids);
  const cpuBefore = await cpuSeconds(pids);
  const ready = await clients.ready(rehearsed);
  const cpuUntilReady = (await cpuSeconds(pids)) - cpuBefore;
  if (options.isMemoryMeasured) await steadyMemory(pids);
  const idle = await memoryUsage(pids);
  const kernelIdle = await kernelSocketBytes();
  running.begin();
  const endedBefore = options.stalled ? await running.ended?.() : undefined;
  const descriptors = await openDescriptors(pids);
  await clients.measuring();
  const from = await cpuSeconds(pids);
  const samples: number[] = [];
  const sampler = setInterval(
    () => void residentBytes(pids).then((bytes) => samples.push(bytes)),
    options.measureMs / SAMPLES,
  );
  const result = await clients.result().finally(() => clearInterval(sampler));
  const used = (await cpuSeconds(pids)) - from;
  const endedAfter = options.stalled ? await running.ended?.() : undefined;
  const memory = await memoryUsage(pids);
  const kernelBytes = (await kernelSocketBytes()) - kernelBefore;
  const per = (bytes: number): number => bytes / Math.max(1, ready.connected);
  return {
    connected: rehearsed + ready.connected,
    missing: options.connections - rehearsed - ready.connected,
    resumedShare: ready.resumed / Math.max(1, ready.connected),
    connectsPerSecond: ready.connected / ready.seconds,
    deliveriesPerSecond: result.deliveries / result.seconds,
    megabytesPerSecond: result.bytes / result.seconds / 1e6,
    ticksPerSecond: (result.deliveries * result.sampledTicks) / Math.max(1, result.sampledFrames) / result.seconds,
    cpuShare: used / result.seconds,
    cpuMicrosPerDelivery: (used * 1e6) / Math.max(1, result.deliveries),
    loadCpuShare: result.cpuSeconds / result.seconds,
    readyLoadCpuShare: ready.cpuSeconds / ready.seconds,
    readyCpuShare: cpuUntilReady / ready.seconds,
    handshake: ready.handshake,
    latency: result.latency,
    calm: result.calm,
    feed: result.feed,
    rssBytes: memory.rssBytes,
    pssBytes: memory.pssBytes,
    kernelBytes,
    rssPerConnection: per(idle.rssBytes - before.rssBytes),
    pssPerConnection: per(idle.pssBytes - before.pssBytes),
    kernelPerConnection: per(kernelIdle - kernelBefore),
    rssGrowth: growth(samples),
    descriptorGrowth: (await openDescriptors(pids)) - descriptors,
    fairness: result.most === 0 ? 1 : result.fewest / result.most,
    closed: endedAfter === undefined || endedBefore === undefined ? result.closed : endedAfter - endedBefore,
    gaps: result.gaps,
    omitted: result.omitted,
  };
}

/** Of resident bytes. */
function growth(samples: readonly number[]): number {
  const quarter = Math.floor(samples.length / 4);
  if (quarter === 0) return 0;
  return summarize(samples.slice(-quarter)).median / summarize(samples.slice(quarter, 2 * quarter)).median - 1;
}
