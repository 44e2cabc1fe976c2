import { clientsOf, fixedCost, flushCost, podLoad, tlsFactor, type Audience } from './cost-model.ts';
import type { Costs } from './costs.ts';
import { fleetPlan, POD_CPUS } from './fleet-plan.ts';
import { FRAME_BYTES } from './frame-bytes.ts';
import { about, bitRate, kilobytes, megabytes, micros, percent } from './scaling-format.ts';
import { markdownTable } from './table.ts';

/** Ticks a second of 200 symbols. */
export const FULL_STREAM = 2_000;
/** Of five of them. */
export const FILTERED = 50;
/** MAX_BATCH_WINDOW_MS. */
export const LONGEST_WINDOW_SECONDS = 0.25;
const TEN_MILLION = 1e7;

/** What the bench measured, each figure with where it comes from. */
export function costTable(costs: Costs): string {
  const { tick } = costs;
  const logins = '`connect`, two workers on 1 CPU';
  return markdownTable([
    ['Cost', 'Figure', 'Where it comes from'],
    ['delivery of 2 KB, a flush to 100 clients', micros(costs.of100), '`fanout`, 100 every 5 ms, all processes'],
    ['the same to 1,000', micros(costs.of1000), '`fanout`, 1,000 every 20 ms'],
    ['f: a flush beside its deliveries', micros(flushCost(costs)), 'these two: f / clients + a delivery'],
    ['c₂: delivery of 2 KB, cold caches', micros(costs.cold), '`fanout`, 10,000 every 200 ms'],
    ['b: each byte', `${(1e9 * costs.perByte).toFixed(2)} ns`, '`fanout`, 1,000 saturated: frames leave together'],
    ['a: a delivery without its bytes', micros(fixedCost(costs)), `c₂ − b × ${about(costs.coldBytes)} bytes`],
    ['T: by what TLS 1.3 multiplies a delivery', tlsFactor(costs).toFixed(2), '`tls`, 1,000 every 20 ms, by plain'],
    [
      'c_f: delivery to a filter of its own',
      micros(costs.filtered),
      `\`filters\`, 10,000 of them: ${costs.filteredBytes.toFixed(0)} bytes, ${costs.filteredTicks.toFixed(1)} ticks each`,
    ],
    ['encoding a tick, once for everybody', micros(costs.encodeTick), 'the bench itself, warm caches'],
    ['e: a frame of 1 tick, once for each filter', micros(costs.frameOf1), 'the same'],
    ['a frame of 35 ticks', micros(costs.frameOf35), 'the same'],
    ['a frame of 100 ticks', micros(costs.frameOf100), 'the same'],
    ['idle, subscribed client', kilobytes(costs.idle), '`memory`, 19,000 in one worker'],
    ['the same over TLS', kilobytes(costs.tlsIdle), "`connect`: RSS of 20,000, without the pod's own"],
    ["the kernel's part, at the server's end", kilobytes(costs.kernel), '`memory`, half of both ends'],
    ['pod without clients, two workers', megabytes(costs.pod), '`connect`: RSS, shared pages counted in each process'],
    ['logins, with subscriptions, a second', about(costs.loginsPerSecond), logins],
    ['the same with a full TLS 1.3 handshake', about(costs.tlsLoginsPerSecond), logins],
    ['t: a tick in a frame', `${tick.toFixed(0)} bytes`, '`ticks`'],
    ["F: a frame's own bytes", `${FRAME_BYTES} bytes`, 'the encoder'],
  ]);
}

/** A pod with some numbers of clients that take the full stream. */
export function podTable(costs: Costs, isTls: boolean): string {
  const stream = { ticksPerSecond: FULL_STREAM, isTls };
  const most = Math.floor(clientsOf(costs, LONGEST_WINDOW_SECONDS, POD_CPUS, stream));
  const rows = [100, 1_000, 2_000, 5_000, 10_000, 20_000].filter((clients) => clients < most);
  return markdownTable([
    ['Full-stream clients', 'Window', 'A delivery', 'CPU', 'On the wire', 'Memory at rest', 'In flight', 'Together'],
    ...[...rows, most].map((clients) => {
      const load = podLoad(costs, clients, POD_CPUS, stream);
      return [
        clients === most ? about(clients) : clients.toLocaleString('en'),
        `${(1e3 * load.windowSeconds).toFixed(0)} ms`,
        kilobytes(load.deliveryBytes),
        percent(load.cpu),
        bitRate(load.wireBitsPerSecond),
        megabytes(load.bytes),
        megabytes(load.inFlightBytes),
        megabytes(load.bytes + load.inFlightBytes),
      ];
    }),
  ]);
}

/** Ten million clients that take this and that. */
export function fleetTable(costs: Costs): string {
  const full = { ticksPerSecond: FULL_STREAM, framesPerSecond: 4 };
  const some = { ticksPerSecond: FILTERED, isFiltered: true };
  const audiences: [string, Omit<Audience, 'clients'>][] = [
    ['all of 2,000 ticks/s, every 250 ms', full],
    ['the same over TLS', { ...full, isTls: true }],
    ['five of 200 symbols, 50 ticks/s, every 250 ms', { ...some, framesPerSecond: 4 }],
    ['the same over TLS', { ...some, framesPerSecond: 4, isTls: true }],
    ['five of 200 symbols, 50 ticks/s, every 20 ms', { ...some, framesPerSecond: 50 }],
    ['`MINUTE`, 200 symbols', { ticksPerSecond: 200 / 60, framesPerSecond: 1 / 60 }],
  ];
  const rows = audiences.map(([name, each]) => {
    const plan = fleetPlan(costs, { clients: TEN_MILLION, ...each });
    return [
      name,
      `${about(plan.deliveriesPerSecond / 1e6)} million`,
      about(plan.cpus),
      about(plan.pods),
      bitRate(plan.payloadBitsPerSecond),
      bitRate(plan.wireBitsPerSecond),
      megabytes(plan.memoryBytes),
      about(plan.nodes),
      plan.binds,
    ];
  });
  const heads = ['Deliveries/s', 'CPUs (70 %)', 'Pods', 'Payload', 'On the wire', 'Memory', 'Nodes', 'What binds'];
  return markdownTable([['Each client takes', ...heads], ...rows]);
}
