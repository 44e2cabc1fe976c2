import { medianOf } from './compare.ts';
import type { Measurement } from './measurement.ts';
import type { Results } from './results.ts';

/** What things cost, as the bench measured them. Times are in seconds of one CPU, sizes in bytes. */
export interface Costs {
  /** Of one delivery, whose connection's memory is still in the caches, or no longer is. */
  readonly warm: number;
  readonly cold: number;
  readonly tls: number;
  /** Of an idle, subscribed connection, in the server and in the kernel at the server's end. */
  readonly idle: number;
  readonly kernel: number;
  /** A server of two workers without connections; what its processes share is counted in each. */
  readonly pod: number;
  /** Connect, authenticate and subscribe, by two workers that share their CPUs with the clients. */
  readonly loginsPerSecond: number;
  readonly tlsLoginsPerSecond: number;
  /** A tick in a frame, without the frame's own bytes. */
  readonly tick: number;
}

/** A frame without its ticks: header, checksum, and the fields of the batch. */
export const FRAME_BYTES = 20;
/** To what share of a CPU the server lets deliveries load a worker before it stretches its window. */
const LOAD = 0.7;
const WINDOW_SECONDS = 0.005;

/** @returns undefined when a scenario that it takes figures from has not been run in full */
export function costsOf(results: Results): Costs | undefined {
  const figure = (scenario: string, label: string, value: (each: Measurement) => number): number =>
    medianOf(results.scenarios[scenario]?.rows ?? [], label, 'tick-storm', value);
  const idle = figure('memory', '19,000 idle', (each) => each.rssPerConnection);
  const perTick = (each: Measurement): number =>
    ((each.megabytesPerSecond * 1e6) / each.deliveriesPerSecond - FRAME_BYTES) /
    (each.ticksPerSecond / each.deliveriesPerSecond);
  const costs: Costs = {
    warm: figure('fanout', '1,000 every 20 ms', (each) => each.cpuMicrosPerDelivery / 1e6),
    cold: figure('fanout', '10,000 every 200 ms', (each) => each.cpuMicrosPerDelivery / 1e6),
    tls: figure('tls', '1,000 every 20 ms, TLS', (each) => each.cpuMicrosPerDelivery / 1e6),
    idle,
    // The bench sees both ends.
    kernel: figure('memory', '19,000 idle', (each) => each.kernelPerConnection / 2),
    pod: figure('connect', '20,000 at once', (each) => each.rssBytes - idle * each.connected),
    loginsPerSecond: figure('connect', '20,000 at once', (each) => each.connectsPerSecond),
    tlsLoginsPerSecond: figure('connect', '20,000 at once, TLS', (each) => each.connectsPerSecond),
    tick: figure('ticks', '1,000 × 1,000 ticks/s', perTick),
  };
  return Object.values(costs).some((value) => Number.isNaN(value)) ? undefined : costs;
}

/** What a pod of some CPUs does for some clients that take the full stream. */
export interface PodLoad {
  readonly windowSeconds: number;
  /** Share of one CPU. */
  readonly cpu: number;
  readonly bytes: number;
}

export function podLoad({ cold, pod, idle, kernel }: Costs, clients: number, cpus: number): PodLoad {
  const windowSeconds = Math.max(clients / ((LOAD / cold) * cpus), WINDOW_SECONDS);
  return { windowSeconds, cpu: (clients / windowSeconds) * cold, bytes: pod + clients * (idle + kernel) };
}

/** Full-stream clients of a number of CPUs at a window. */
export function clientsOf({ cold }: Costs, windowSeconds: number, cpus: number): number {
  return windowSeconds * (LOAD / cold) * cpus;
}

/** Clients in all, each of which gets so many ticks in so many frames a second. */
export interface Audience {
  readonly clients: number;
  readonly ticksPerSecond: number;
  readonly framesPerSecond: number;
}

export interface FleetLoad {
  readonly deliveriesPerSecond: number;
  readonly cpus: number;
  readonly bitsPerSecond: number;
}

export function fleetLoad({ cold, tick }: Costs, { clients, ticksPerSecond, framesPerSecond }: Audience): FleetLoad {
  const deliveriesPerSecond = clients * framesPerSecond;
  return {
    deliveriesPerSecond,
    cpus: (deliveriesPerSecond * cold) / LOAD,
    bitsPerSecond: 8 * clients * (ticksPerSecond * tick + framesPerSecond * FRAME_BYTES),
  };
}
