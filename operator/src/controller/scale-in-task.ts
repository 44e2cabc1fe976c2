import { surgeIn, unavailableIn } from '../arithmetic/rollout.ts';
import type { RolloutStrategy } from '../builders/build-context.ts';
import type { KubeObject } from '../runtime/kube-object.ts';
import type { ScaleInTask } from '../scaling/scale-in-control.ts';
import { progressOf, replicaFailure, rolloutOf } from './deployment-progress.ts';
import { replicasOf } from './wanted-replicas.ts';

/** What there is to scale down, from how a Deployment stands. @param wanted pods that are wanted */
export function scaleInTask(
  wanted: number,
  deployment: KubeObject,
  pods: readonly KubeObject[],
  strategy: RolloutStrategy,
): ScaleInTask {
  const current = replicasOf(deployment);
  const progress = progressOf(deployment);
  return {
    wanted,
    current,
    rollout: rolloutOf(progress, pods),
    surge: surgeIn(strategy, current),
    unavailable: unavailableIn(strategy, current),
    hasMissingPods: replicaFailure(progress) !== undefined,
  };
}
