import { controlsOf } from '../api/v1alpha1/controls.ts';
import { parseTickStorm } from '../api/v1alpha1/tick-storm.ts';
import type { KubeObject } from '../runtime/kube-object.ts';
import { hasFinished, isKilled, podView } from '../scaling/pod-view.ts';
import type { Settled } from '../scaling/rebalancer.ts';
import { progressOf } from './deployment-progress.ts';

/**
 * A TickStorm whose clients may be levelled: it is as wanted, every pod is ready, and none starts, leaves or drains.
 * Pods that have ended or been killed do not count.
 * Undefined for another one, and where an annotation holds that back.
 */
export function settledOf(
  live: KubeObject | undefined,
  deployment: KubeObject | undefined,
  pods: readonly KubeObject[],
  nowMs: number,
): Omit<Settled, 'token'> | undefined {
  if (live === undefined || live.metadata.deletionTimestamp !== undefined) return undefined;
  const parsed = parseTickStorm(live);
  if (!parsed.ok) return undefined;
  const { paused } = controlsOf(parsed.value.metadata);
  if (paused.has('all') || paused.has('rebalance')) return undefined;
  const { isObserved, desired, replicas, updated, ready } = progressOf(deployment);
  const wanted = parsed.value.spec.replicas;
  const isAsWanted = isObserved && [desired, replicas, updated, ready].every((count) => count === wanted);
  const views = pods.map(podView).filter((pod) => !hasFinished(pod) && !isKilled(pod, nowMs));
  const areInService = views.every(
    ({ isReady, drainStartedMs, killedAtMs }) => isReady && drainStartedMs === undefined && killedAtMs === undefined,
  );
  return isAsWanted && areInService ? { tickStorm: parsed.value, pods: views } : undefined;
}
