import type { ControlPlane } from '../chaos/control-plane.ts';
import type { Report } from '../cluster/report.ts';
import { BenchBed } from './bench-bed.ts';
import { ourOperator, peerOperator, type ContenderName } from './contender.ts';
import { measure } from './measure.ts';
import type { Measurement } from './measurement.ts';
import type { PaceName } from './pace.ts';

export interface ContenderCase {
  readonly name: ContenderName;
  /** Path of the peer's program. */
  readonly peer: string;
  /** Number of TickStorms. */
  readonly count: number;
  /** Time over which it is watched at rest. */
  readonly restSeconds: number;
  readonly pace: PaceName;
  readonly report: Report;
  /** Whether others use the control plane too. */
  readonly isShared?: boolean;
}

/** Measures one operator with one number of TickStorms, on a control plane that knows their definition. */
export async function measureContender(controlPlane: ControlPlane, options: ContenderCase): Promise<Measurement> {
  const { name, peer, count, restSeconds, pace, report, isShared = false } = options;
  const prefix = `bench-${name}`;
  const contender = name === 'tick-storm' ? ourOperator(controlPlane) : peerOperator(peer, `${prefix}-1`);
  const bed = await BenchBed.make({ controlPlane, contender, instances: count, prefix, isShared, pace });
  try {
    return await measure(bed, { pace, restSeconds, report });
  } finally {
    await bed.clear();
  }
}
