import type { V1Affinity, V1PodAffinityTerm, V1TopologySpreadConstraint } from '@kubernetes/client-node';
import type { TickStorm } from '../api/v1alpha1/tick-storm.ts';
import { selectorLabels } from './labels.ts';

const ZONE = 'topology.kubernetes.io/zone';
const HOST = 'kubernetes.io/hostname';

const sameApp = (name: string): V1PodAffinityTerm => ({
  labelSelector: { matchExpressions: [{ key: 'app', operator: 'In', values: [name] }] },
  topologyKey: ZONE,
});

/** Keeps pods out of each other's zones: strictly (at most one per zone), as far as possible, or not at all. */
export function buildAffinity(tickStorm: TickStorm): V1Affinity | undefined {
  const term = sameApp(tickStorm.metadata.name);
  const { zoneAntiAffinity } = tickStorm.spec.scheduling;
  if (zoneAntiAffinity === 'None') return undefined;
  return zoneAntiAffinity === 'Required'
    ? { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } }
    : {
        podAntiAffinity: {
          preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm: term }],
        },
      };
}

/** Evens pods out over zones and nodes, per revision, so that a rollout ends spread as well. */
export function buildSpreadConstraints(tickStorm: TickStorm): V1TopologySpreadConstraint[] | undefined {
  if (tickStorm.spec.scheduling.zoneAntiAffinity === 'None') return undefined;
  return [ZONE, HOST].map((topologyKey) => ({
    topologyKey,
    maxSkew: 1,
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: selectorLabels(tickStorm.metadata.name) },
    matchLabelKeys: ['pod-template-hash'],
  }));
}
