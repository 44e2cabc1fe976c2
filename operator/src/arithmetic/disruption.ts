import type { Verdict } from './verdict.ts';

type DisruptionVerdict = Verdict<'EvictionsPossible' | 'BudgetBlocksEvictions' | 'ForeignBudgets'>;

/** Number or percentage of a PodDisruptionBudget. */
export type Count = string | number;

export interface DisruptionQuestion {
  readonly minAvailable?: Count | undefined;
  readonly maxUnavailable?: Count | undefined;
  /** Pods that are wanted now. */
  readonly replicas: number;
  /** Numbers of pods between which the autoscaler chooses; undefined without one. */
  readonly autoscaling: { readonly minReplicas: number; readonly maxReplicas: number } | undefined;
  /** Budgets of others that select the pods too. */
  readonly foreignBudgets?: readonly string[];
}

/** A number of pods; the disruption controller rounds percentages up, for both fields. */
export function podsOf(count: Count, replicas: number): number {
  const text = String(count);
  return text.endsWith('%') ? Math.ceil((Number(text.slice(0, -1)) * replicas) / 100) : Number(text);
}

/** Healthy pods that may be evicted at once out of `replicas`. */
function evictable({ minAvailable, maxUnavailable }: DisruptionQuestion, replicas: number): number {
  return maxUnavailable === undefined
    ? Math.max(replicas - podsOf(minAvailable ?? 1, replicas), 0)
    : Math.min(podsOf(maxUnavailable, replicas), replicas);
}

/** Most pods that a TickStorm may have. */
const MOST_PODS = 1_000;

/**
 * What would let an eviction happen at this size: another budget, or more pods where a number that may be declared would
 * help. With an autoscaler that is its fewest, as it overwrites spec.replicas.
 */
function remedy(question: DisruptionQuestion, blocked: number): string {
  const { minAvailable, maxUnavailable, autoscaling } = question;
  const instead = minAvailable === undefined ? '' : ' instead of minAvailable';
  const budget = `Set spec.disruption.maxUnavailable to 1${instead}`;
  if (maxUnavailable !== undefined) return budget;
  const most = autoscaling?.maxReplicas ?? MOST_PODS;
  let pods = blocked + 1;
  while (pods <= most && evictable(question, pods) === 0) pods += 1;
  if (pods > most) return budget;
  if (autoscaling === undefined) return `${budget}, or spec.replicas to ${pods}`;
  // Where the fewest pods are enough, the autoscaler has not come up to them yet.
  return pods <= autoscaling.minReplicas ? budget : `${budget}, or spec.autoscaling.minReplicas to ${pods}`;
}

/** Whether a node can be drained: the budget must leave room for an eviction at every size that there may be. */
export function checkDisruption(question: DisruptionQuestion): DisruptionVerdict {
  const sizes = [question.replicas, question.autoscaling?.minReplicas ?? question.replicas].filter((size) => size > 0);
  const blocked = sizes.toSorted((a, b) => a - b).find((size) => evictable(question, size) === 0);
  const { foreignBudgets = [] } = question;
  if (foreignBudgets.length > 0) {
    const message =
      `The pods have more than one budget: PodDisruptionBudget ${foreignBudgets.join(', ')} of others selects them too, ` +
      `and the API server refuses to evict a pod with two. Delete it, or narrow its selector`;
    return { holds: false, reason: 'ForeignBudgets', message };
  }
  if (blocked === undefined) {
    return { holds: true, reason: 'EvictionsPossible', message: 'The budget lets nodes be drained' };
  }
  const { minAvailable, maxUnavailable } = question;
  const budget =
    maxUnavailable === undefined ? `minAvailable ${minAvailable ?? 1}` : `maxUnavailable ${maxUnavailable}`;
  const message =
    `PodDisruptionBudget with ${budget} admits no eviction at ${blocked} ${blocked === 1 ? 'pod' : 'pods'}: have 0, ` +
    `need 1, and draining a node waits for ever. ${remedy(question, blocked)}`;
  return { holds: false, reason: 'BudgetBlocksEvictions', message };
}
