import type { Costs } from './costs.ts';
import { filteredFrameBytes, FRAME_BYTES, onWireBytes } from './frame-bytes.ts';

/** To what share of a CPU the server lets deliveries load a worker before it stretches its window. */
const LOAD = 0.7;
const WINDOW_SECONDS = 0.005;
/** From its sending to the client's acknowledgement, for which the kernel keeps what was sent. */
const ROUND_TRIP_SECONDS = 0.05;

/** A stream of so many ticks a second that clients take whole. */
export interface Stream {
  readonly ticksPerSecond: number;
  readonly isTls?: boolean;
}

/** Of one flush beside its deliveries, in all processes: to wake up, to read the feed, to encode, to pass on. */
export function flushCost({ of100, of1000 }: Costs): number {
  const delivery = (1_000 * of1000 - 100 * of100) / 900;
  return Math.max(0, 100 * (of100 - delivery));
}

/** Of one delivery without its bytes. */
export function fixedCost({ cold, coldBytes, perByte }: Costs): number {
  return cold - perByte * coldBytes;
}

/** By what TLS multiplies a delivery's cost. */
export function tlsFactor({ tls, plain }: Costs): number {
  return tls / plain;
}

/** CPU time of one delivery of so many bytes that many clients share. */
export function deliveryCost(costs: Costs, bytes: number, isTls = false): number {
  return (fixedCost(costs) + costs.perByte * bytes) * (isTls ? tlsFactor(costs) : 1);
}

/** CPU time of one delivery whose frame hardly anybody shares. */
export function filteredCost(costs: Costs, bytes: number, ticks: number): number {
  const { filtered, filteredBytes, filteredTicks, perByte } = costs;
  return filtered + (ticks - filteredTicks) * encodePerTick(costs) + (bytes - filteredBytes) * perByte;
}

/** CPU time of the supervisor for one frame around encoded ticks. */
export function encodeCost(costs: Costs, ticks: number): number {
  return costs.frameOf1 + (ticks - 1) * encodePerTick(costs);
}

function encodePerTick({ frameOf1, frameOf100 }: Costs): number {
  return (frameOf100 - frameOf1) / 99;
}

/** Bytes of what one flush has for a client of the whole stream; what is more than a frame holds adds 1 % at most. */
export function flushBytes({ tick }: Costs, { ticksPerSecond }: Stream, windowSeconds: number): number {
  return FRAME_BYTES + ticksPerSecond * windowSeconds * tick;
}

/** What a pod of some CPUs does for some clients that take the full stream. */
export interface PodLoad {
  /** Infinity: no window is long enough. */
  readonly windowSeconds: number;
  readonly deliveryBytes: number;
  /** Of one CPU. */
  readonly cpu: number;
  readonly wireBitsPerSecond: number;
  /** Of the processes and of idle sockets. */
  readonly bytes: number;
  /** In the kernel's send buffers, at most: what has been sent to all and nobody has acknowledged. */
  readonly inFlightBytes: number;
}

export function podLoad(costs: Costs, clients: number, cpus: number, stream: Stream): PodLoad {
  const { isTls = false, ticksPerSecond } = stream;
  // (cost of a flush + clients × (cost of a frame + w × cost of the ticks of a second)) / w = LOAD × cpus
  const frame = deliveryCost(costs, FRAME_BYTES, isTls);
  const ticks = deliveryCost(costs, ticksPerSecond * costs.tick, isTls) - deliveryCost(costs, 0, isTls);
  const left = LOAD * cpus - clients * ticks;
  const needed = (flushCost(costs) + clients * frame) / left;
  const windowSeconds = left > 0 ? Math.max(needed, WINDOW_SECONDS) : Infinity;
  const deliveryBytes = flushBytes(costs, stream, windowSeconds);
  return {
    windowSeconds,
    deliveryBytes,
    cpu: (flushCost(costs) + clients * deliveryCost(costs, deliveryBytes, isTls)) / windowSeconds,
    wireBitsPerSecond: (8 * clients * onWireBytes(deliveryBytes)) / windowSeconds,
    bytes: costs.pod + clients * ((isTls ? costs.tlsIdle : costs.idle) + costs.kernel),
    inFlightBytes: clients * inFlight(deliveryBytes, windowSeconds),
  };
}

/** Of one client, in the moment in which a flush has been sent: it, and those before it within a round trip. */
function inFlight(deliveryBytes: number, windowSeconds: number): number {
  return deliveryBytes * Math.max(1, ROUND_TRIP_SECONDS / windowSeconds);
}

/** Full-stream clients of a number of CPUs at a window. */
export function clientsOf(costs: Costs, windowSeconds: number, cpus: number, stream: Stream): number {
  const cost = deliveryCost(costs, flushBytes(costs, stream, windowSeconds), stream.isTls);
  return (windowSeconds * LOAD * cpus - flushCost(costs)) / cost;
}

/** Clients in all, each of which gets so many ticks in so many frames a second. */
export interface Audience extends Stream {
  readonly clients: number;
  readonly framesPerSecond: number;
  /** Each has a filter of its own. */
  readonly isFiltered?: boolean;
}

export interface FleetLoad {
  readonly deliveriesPerSecond: number;
  readonly deliveryBytes: number;
  /** At the load that the server keeps them at. */
  readonly cpus: number;
  /** Processes that encode at that load: a pod has one. */
  readonly supervisors: number;
  readonly payloadBitsPerSecond: number;
  readonly wireBitsPerSecond: number;
  /** Of each client, in flight included, without the pods' own. */
  readonly clientBytes: number;
}

export function fleetLoad(costs: Costs, audience: Audience): FleetLoad {
  const { clients, ticksPerSecond, framesPerSecond, isFiltered = false, isTls = false } = audience;
  const deliveriesPerSecond = clients * framesPerSecond;
  const ticks = ticksPerSecond / framesPerSecond;
  const deliveryBytes = (isFiltered ? filteredFrameBytes(ticks) : FRAME_BYTES) + ticks * costs.tick;
  const cost = isFiltered
    ? filteredCost(costs, deliveryBytes, ticks) * (isTls ? tlsFactor(costs) : 1)
    : deliveryCost(costs, deliveryBytes, isTls);
  return {
    deliveriesPerSecond,
    deliveryBytes,
    cpus: (deliveriesPerSecond * cost) / LOAD,
    supervisors: isFiltered ? (deliveriesPerSecond * encodeCost(costs, ticks)) / LOAD : 0,
    payloadBitsPerSecond: 8 * deliveriesPerSecond * deliveryBytes,
    wireBitsPerSecond: 8 * deliveriesPerSecond * onWireBytes(deliveryBytes),
    clientBytes: (isTls ? costs.tlsIdle : costs.idle) + costs.kernel + inFlight(deliveryBytes, 1 / framesPerSecond),
  };
}
