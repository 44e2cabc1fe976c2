import { isDeepStrictEqual } from 'node:util';
import type { TickStormStatus } from '../api/v1alpha1/status.ts';
import { authSecretName } from '../builders/auth-secret.ts';
import { selectorText } from '../builders/labels.ts';
import { serverImageOf } from '../builders/pod-template.ts';
import { findingsOf, toConditions } from './conditions.ts';
import { endpointOf } from './endpoint.ts';
import { withToldBefore } from './pause.ts';
import { progressOf } from './deployment-progress.ts';
import type { Observation } from './observation.ts';

/** Tag or digest of an image; `latest` when it has neither, as the container runtime takes it. */
export function imageVersion(image: string): string {
  const [name = '', digest] = image.split('@');
  if (digest !== undefined) return digest;
  const tag = /:(?<tag>[^:/]+)$/.exec(name)?.groups?.['tag'];
  return tag ?? 'latest';
}

/** The status that an observation amounts to. */
export function statusOf(observation: Observation, nowIso: string): TickStormStatus {
  const { tickStorm, deployment, template, plan, stats, pause } = observation;
  const progress = progressOf(deployment);
  const generation = tickStorm.metadata.generation ?? 0;
  const endpoint = endpointOf(observation);
  const { status: before } = tickStorm;
  const conditions = toConditions(findingsOf(observation), before.conditions ?? [], generation, nowIso);
  const isApplied = pause?.isApplied ?? true;
  const observedGeneration = isApplied ? generation : before.observedGeneration;
  return {
    ...(observedGeneration !== undefined && { observedGeneration }),
    desiredReplicas: plan.replicas,
    replicas: progress.replicas,
    readyReplicas: progress.ready,
    updatedReplicas: progress.updated,
    ...(stats !== undefined && {
      connections: stats.connections,
      ...(stats.ticksPerSecond !== undefined && { ticksPerSecond: stats.ticksPerSecond }),
      position: stats.position,
    }),
    selector: selectorText(tickStorm.metadata.name),
    version: imageVersion(serverImageOf(template.template) ?? ''),
    authSecret: (isApplied ? undefined : before.authSecret) ?? authSecretName(tickStorm),
    ...(endpoint !== undefined && { endpoint }),
    conditions: pause === undefined ? conditions : withToldBefore(conditions, before),
  };
}

/** Whether two statuses say the same. The position moves on all the time and is no news by itself. */
export function isSameStatus(a: TickStormStatus, b: TickStormStatus): boolean {
  const byType = (status: TickStormStatus): TickStormStatus => ({
    ...status,
    position: 0,
    conditions: (status.conditions ?? []).toSorted((x, y) => (x.type < y.type ? -1 : 1)),
  });
  return isDeepStrictEqual(byType(a), byType(b));
}
