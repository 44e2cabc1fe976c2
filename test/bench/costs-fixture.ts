import type { Costs } from './cost-model.ts';

/** For tests: round costs, so that what follows from them can be reckoned in one's head. */
export const roundCosts: Costs = {
  warm: 7e-6,
  cold: 14e-6,
  tls: 20e-6,
  idle: 2_000,
  kernel: 3_000,
  pod: 100e6,
  loginsPerSecond: 5_000,
  tlsLoginsPerSecond: 1_000,
  tick: 50,
};
