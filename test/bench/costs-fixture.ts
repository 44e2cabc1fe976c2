import type { Costs } from './costs.ts';

/** For tests: round costs, so that what follows from them can be reckoned in one's head. */
export const roundCosts: Costs = {
  // 0.5 ms a flush and 7 µs a delivery.
  of100: 12e-6,
  of1000: 7.5e-6,
  // 12 µs and 1 ns for each byte.
  cold: 14e-6,
  coldBytes: 2_000,
  perByte: 1e-9,
  merged: 10e-6,
  mergedBytes: 4_000,
  tls: 14e-6,
  plain: 7e-6,
  filtered: 20e-6,
  filteredBytes: 90,
  filteredTicks: 1,
  encodeTick: 1e-6,
  // 2 µs and 0.1 µs for each tick beyond the first.
  frameOf1: 2e-6,
  frameOf35: 5.4e-6,
  frameOf100: 11.9e-6,
  idle: 2_000,
  tlsIdle: 12_000,
  kernel: 3_000,
  pod: 100e6,
  loginsPerSecond: 5_000,
  tlsLoginsPerSecond: 1_000,
  tick: 50,
};
