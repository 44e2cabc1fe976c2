import { setTimeout as delay } from 'node:timers/promises';
import type { Report } from '../cluster/report.ts';
import type { ControlPlane } from './control-plane.ts';
import { drawer } from './seeded-faults.ts';
import type { SoakOperators } from './soak-operators.ts';

export interface SoakDisturbancesOptions {
  readonly seed: number;
  readonly seconds: number;
  readonly controlPlane: ControlPlane;
  readonly operators: SoakOperators;
  /** Names of two operators. */
  readonly names: readonly [string, string];
  readonly report: Report;
}

const HOUR_MS = 3_600_000;
const MOST_HOURS = 48;
/** Time between two: an operator must get on with its work, or there is nothing to disturb. */
const LONGEST_CALM_MS = 45_000;

/** The rough things, one after the other until the signal aborts; each comes within the first seconds of a short run. */
export async function disturb(options: SoakDisturbancesOptions, signal: AbortSignal): Promise<void> {
  const { seed, seconds, controlPlane, operators, names, report } = options;
  const draw = drawer(`disturbances ${seed}`);
  const jump = async (direction: 1 | -1): Promise<void> =>
    await operators.jump(names[draw() < 0.5 ? 0 : 1], direction * Math.ceil(draw() * MOST_HOURS) * HOUR_MS);
  const disturbances: readonly (readonly [string, () => Promise<void>])[] = [
    ['the clock of an operator jumps forward', () => jump(1)],
    ['an operator is killed', () => operators.kill(names[0], 'SIGKILL')],
    // While it restarts, garbage collection can miss that an owner was deleted.
    ['the API server is killed', () => controlPlane.restartApiServer()],
    ['the clock of an operator jumps back', () => jump(-1)],
    ['both operators are cut off', () => operators.cutOff(Math.min(60_000, seconds * 100))],
    ['etcd is compacted', () => controlPlane.compact()],
    ['an operator is stopped', () => operators.kill(names[1], 'SIGTERM')],
  ];
  for (let round = 0; ; round += 1) {
    await delay(Math.min(seconds * 100, LONGEST_CALM_MS), undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    const [what, doIt] = disturbances[round % disturbances.length]!;
    report(what);
    await doIt();
  }
}
