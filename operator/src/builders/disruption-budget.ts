import type { V1PodDisruptionBudgetSpec } from '@kubernetes/client-node';
import type { TickStorm } from '../api/v1alpha1/tick-storm.ts';
import type { BuildContext } from './build-context.ts';
import { selectorLabels } from './labels.ts';
import { ownedMetadata } from './metadata.ts';
import { objectNames } from './names.ts';
import type { AppliedObject } from './object.ts';

/** The budget for evictions: paced by drains, or as declared; one pod stays available when nothing is declared. */
export function buildDisruptionBudget(
  tickStorm: TickStorm,
  { minAvailable: paced }: Pick<BuildContext, 'minAvailable'>,
): AppliedObject {
  const { minAvailable, maxUnavailable } = tickStorm.spec.disruption;
  const { name } = tickStorm.metadata;
  const spec: V1PodDisruptionBudgetSpec = {
    ...(paced === undefined && maxUnavailable !== undefined
      ? { maxUnavailable }
      : { minAvailable: paced ?? minAvailable ?? 1 }),
    selector: { matchLabels: selectorLabels(name) },
    // A pod that never becomes healthy must not keep its node from being drained.
    unhealthyPodEvictionPolicy: 'AlwaysAllow',
  };
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: ownedMetadata(tickStorm, objectNames(name).disruptionBudget),
    spec,
  };
}
