import { quantityNanos } from '../api/quantity.ts';
import type { TickStorm } from '../api/v1alpha1/tick-storm.ts';
import { sharedLabels } from './labels.ts';
import { SHARED_LIMITS_NAME } from './names.ts';
import type { AppliedObject } from './object.ts';
import { sharedReferences } from './shared-references.ts';

const RESOURCES = ['cpu', 'memory', 'ephemeral-storage'] as const;
type Amounts = Readonly<Record<(typeof RESOURCES)[number], string | number>>;

/** What a LimitRange gives a container that declares nothing. */
export interface ContainerDefaults {
  readonly default: Amounts;
  readonly defaultRequest: Amounts;
}

/** What a pod declares: of each of its containers, and together. */
export interface PodSize {
  readonly limits: readonly Partial<Amounts>[];
  readonly requests: readonly Partial<Amounts>[];
  /** Those of resources for which the container declares no limit: the default limit must not be below them. */
  readonly openRequests: readonly Partial<Amounts>[];
  readonly total: Amounts;
}

/** One entry of a LimitRange's list (client-node's type renames `default`, which the API would not understand). */
interface LimitRangeItem {
  readonly type: 'Container' | 'Pod';
  readonly default?: Amounts;
  readonly defaultRequest?: Amounts;
  readonly max: Amounts;
  readonly min?: Amounts;
}

/** Takes, resource by resource, the largest (or smallest) of several amounts, as it was written. */
function extreme(amounts: readonly Partial<Amounts>[], which: 'largest' | 'smallest'): Amounts {
  const pick = (resource: keyof Amounts): string => {
    const sorted = amounts
      .flatMap((amount) => amount[resource] ?? [])
      .toSorted((a, b) => (quantityNanos(a) < quantityNanos(b) ? -1 : 1));
    return String(which === 'largest' ? sorted.at(-1)! : sorted[0]!);
  };
  return { cpu: pick('cpu'), memory: pick('memory'), 'ephemeral-storage': pick('ephemeral-storage') };
}

/**
 * The one LimitRange of a namespace (with two, the defaults would be picked at random): the widest bounds that its
 * members declare, widened further where a pod of one of the namespace's TickStorms would not fit (`sizes`: all of
 * them, given the defaults). `leastDefault`: what the default limits are at least, since containers with requests as
 * large rely on them. Entries of type Pod carry no defaults, the API refuses them. Undefined without a member.
 */
export function buildSharedLimits(
  namespace: string,
  members: readonly TickStorm[],
  sizes: (defaults: ContainerDefaults) => readonly PodSize[],
  leastDefault: Partial<Amounts> = {},
): AppliedObject | undefined {
  if (members.length === 0) return undefined;
  const declared = members.map((member) => member.spec.limitRange);
  const declaredDefaults: ContainerDefaults = {
    default: extreme([...declared.map((range) => range.container.default), leastDefault], 'largest'),
    defaultRequest: extreme(
      declared.map((range) => range.container.defaultRequest),
      'smallest',
    ),
  };
  const open = sizes(declaredDefaults).flatMap((pod) => pod.openRequests);
  const defaults = { ...declaredDefaults, default: extreme([declaredDefaults.default, ...open], 'largest') };
  const pods = sizes(defaults);
  const containerLimits = pods.flatMap((pod) => pod.limits);
  const containerRequests = pods.flatMap((pod) => pod.requests);
  const limits: LimitRangeItem[] = [
    {
      type: 'Container',
      ...defaults,
      max: extreme([...declared.map((range) => range.container.max), ...containerLimits], 'largest'),
      min: extreme([...declared.map((range) => range.container.min), ...containerRequests], 'smallest'),
    },
    {
      type: 'Pod',
      max: extreme([...declared.map((range) => range.pod.max), ...pods.map(({ total }) => total)], 'largest'),
    },
  ];
  return {
    apiVersion: 'v1',
    kind: 'LimitRange',
    metadata: {
      name: SHARED_LIMITS_NAME,
      namespace,
      labels: sharedLabels(),
      ownerReferences: sharedReferences(members),
    },
    spec: { limits },
  };
}
