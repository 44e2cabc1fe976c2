import type { Condition } from '../api/v1alpha1/status.ts';
import type { TickStorm } from '../api/v1alpha1/tick-storm.ts';
import type { ConditionType, Reason } from './reasons.ts';

/**
 * The condition of this type as the status has it, if that says of the present spec that this and everything else is in
 * order. Whoever wrote it has looked.
 */
export function vouchedCondition<R extends Reason>(
  { metadata, status }: TickStorm,
  type: ConditionType,
  reasons: readonly R[],
): { readonly reason: R; readonly message: string } | undefined {
  const holds = (wanted: ConditionType): Condition | undefined =>
    status.conditions?.find(
      (condition) =>
        condition.type === wanted &&
        condition.status === 'True' &&
        condition.observedGeneration !== undefined &&
        condition.observedGeneration === metadata.generation,
    );
  const found = holds('Ready') === undefined ? undefined : holds(type);
  const reason = reasons.find((known) => known === found?.reason);
  return found === undefined || reason === undefined ? undefined : { reason, message: found.message };
}
