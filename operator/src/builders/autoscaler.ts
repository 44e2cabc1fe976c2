import type { V2HPAScalingRules, V2HorizontalPodAutoscalerSpec, V2MetricSpec } from '@kubernetes/client-node';
import { controlsOf } from '../api/v1alpha1/controls.ts';
import { GROUP } from '../api/v1alpha1/group.ts';
import type { TickStormSpec } from '../api/v1alpha1/spec.ts';
import type { TickStorm } from '../api/v1alpha1/tick-storm.ts';
import type { BuildContext } from './build-context.ts';
import { boundMetadata } from './metadata.ts';
import { objectNames } from './names.ts';
import type { AppliedObject } from './object.ts';

/**
 * Of an autoscaler: pods that the clients were found to need. Its minReplicas may be higher, by a schedule that ends, and
 * the next operator knows no other way.
 */
export const PODS_FOR_CLIENTS_ANNOTATION = `${GROUP}/pods-for-clients`;

type Direction = TickStormSpec['autoscaling']['behavior']['scaleUp'];

const utilization = (resource: 'cpu' | 'memory', percent: number): V2MetricSpec => ({
  type: 'Resource',
  resource: { name: resource, target: { type: 'Utilization', averageUtilization: percent } },
});

const scalingRules = (direction: Direction): V2HPAScalingRules => ({
  stabilizationWindowSeconds: direction.stabilizationWindowSeconds,
  selectPolicy: direction.selectPolicy,
  policies: direction.policies,
});

/**
 * The autoscaler over the TickStorm's scale subresource: it writes spec.replicas of the resource and the operator
 * carries the number to the Deployment, so that only one of them ever writes each. Undefined with autoscaling off.
 */
export function buildAutoscaler(
  tickStorm: TickStorm,
  {
    fewestReplicas,
    mostReplicas,
    podsForClients = 0,
  }: Pick<BuildContext, 'fewestReplicas' | 'mostReplicas' | 'podsForClients'>,
): AppliedObject | undefined {
  const { autoscaling } = tickStorm.spec;
  const { paused, isHibernating } = controlsOf(tickStorm.metadata);
  // Who sleeps is not scaled: the autoscaler would wake it.
  if (autoscaling.mode === 'Disabled' || isHibernating) return undefined;
  const spec: V2HorizontalPodAutoscalerSpec = {
    scaleTargetRef: { apiVersion: tickStorm.apiVersion, kind: tickStorm.kind, name: tickStorm.metadata.name },
    minReplicas: fewestReplicas ?? autoscaling.minReplicas,
    maxReplicas: mostReplicas ?? autoscaling.maxReplicas,
    metrics: [
      utilization('cpu', autoscaling.targetCPUUtilizationPercentage),
      utilization('memory', autoscaling.targetMemoryUtilizationPercentage),
    ],
    behavior: {
      scaleUp: scalingRules(autoscaling.behavior.scaleUp),
      scaleDown: scalingRules(
        paused.has('scale-in')
          ? { ...autoscaling.behavior.scaleDown, selectPolicy: 'Disabled' }
          : autoscaling.behavior.scaleDown,
      ),
    },
  };
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    // Without the TickStorm there is nothing that it could scale.
    metadata: {
      ...boundMetadata(tickStorm, objectNames(tickStorm.metadata.name).autoscaler),
      ...(autoscaling.connectionsPerPod !== undefined && {
        annotations: { [PODS_FOR_CLIENTS_ANNOTATION]: `${podsForClients}` },
      }),
    },
    spec,
  };
}
