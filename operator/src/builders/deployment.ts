import type { V1DeploymentSpec, V1RollingUpdateDeployment } from '@kubernetes/client-node';
import type { TickStorm } from '../api/v1alpha1/tick-storm.ts';
import { controlsOf } from '../api/v1alpha1/controls.ts';
import type { BuildContext, RolloutStrategy } from './build-context.ts';
import { selectorLabels } from './labels.ts';
import { ownedMetadata } from './metadata.ts';
import { objectNames } from './names.ts';
import type { AppliedObject } from './object.ts';
import { buildPodTemplate } from './pod-template.ts';

const ROLLING_UPDATES: Readonly<Record<RolloutStrategy, V1RollingUpdateDeployment>> = {
  Surge: { maxSurge: '25%', maxUnavailable: '25%' },
  SurgeOne: { maxSurge: 1, maxUnavailable: 0 },
  Replace: { maxSurge: 0, maxUnavailable: 1 },
};

/** Time without progress after which a rollout counts as failed: Kubernetes' default. */
const PROGRESS_SECONDS = 600;

/** The strategy that a Deployment's numbers amount to; undefined when they are nobody's of these. */
export function strategyOf(rollingUpdate: V1RollingUpdateDeployment | undefined): RolloutStrategy | undefined {
  const text = (update: V1RollingUpdateDeployment | undefined): string =>
    `${update?.maxSurge} ${update?.maxUnavailable}`;
  return (['Surge', 'SurgeOne', 'Replace'] as const).find(
    (strategy) => text(ROLLING_UPDATES[strategy]) === text(rollingUpdate),
  );
}

/** The Deployment of the server pods; its number of replicas is the TickStorm's. */
export function buildDeployment(tickStorm: TickStorm, context: BuildContext): AppliedObject {
  const { name } = tickStorm.metadata;
  const spec: V1DeploymentSpec = {
    replicas: context.replicas,
    ...(controlsOf(tickStorm.metadata).paused.has('rollout') && { paused: true }),
    ...(context.minReadySeconds > 0 && {
      minReadySeconds: context.minReadySeconds,
      progressDeadlineSeconds: PROGRESS_SECONDS + context.minReadySeconds,
    }),
    selector: { matchLabels: selectorLabels(name) },
    strategy: { type: 'RollingUpdate', rollingUpdate: ROLLING_UPDATES[context.strategy] },
    template: context.pods?.template ?? buildPodTemplate(tickStorm, context),
  };
  const metadata = ownedMetadata(tickStorm, objectNames(name).deployment);
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: context.pods === undefined ? metadata : { ...metadata, annotations: context.pods.annotations },
    spec,
  };
}
