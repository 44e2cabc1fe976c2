import type { ConditionType, Reason } from './reasons.ts';

/** A condition before it is compared with the one that stands: without its time. */
export interface Finding {
  readonly type: ConditionType;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: Reason;
  readonly message: string;
}
