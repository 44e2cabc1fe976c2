import { quantityNanos } from '../api/quantity.ts';
import type { TickStorm } from '../api/v1alpha1/tick-storm.ts';
import { sharedLabels } from './labels.ts';
import { SHARED_LIMITS_NAME } from './names.ts';
import type { AppliedObject } from './object.ts';
import { sharedReferences } from './shared-references.ts';

const RESOURCES = ['cpu', 'memory', 'ephemeral-storage'] as const;
type Amounts = Readonly<Record<(typeof RESOURCES)[number], string | number>>;

/** One entry of a LimitRange's list (client-node's type renames `default`, which the API would not understand). */
interface LimitRangeItem {
  readonly type: 'Container' | 'Pod';
  readonly default?: Amounts;
  readonly defaultRequest?: Amounts;
  readonly max: Amounts;
  readonly min?: Amounts;
}

/** Takes, resource by resource, the largest (or smallest) of several amounts, as it was written. */
function extreme(amounts: readonly Amounts[], which: 'largest' | 'smallest'): Amounts {
  const pick = (resource: keyof Amounts): string => {
    const sorted = amounts
      .map((amount) => amount[resource])
      .toSorted((a, b) => (quantityNanos(a) < quantityNanos(b) ? -1 : 1));
    return String(which === 'largest' ? sorted.at(-1)! : sorted[0]!);
  };
  return { cpu: pick('cpu'), memory: pick('memory'), 'ephemeral-storage': pick('ephemeral-storage') };
}

/**
 * The one LimitRange of a namespace (with two, the defaults would be picked at random): the widest bounds that its
 * members declare, widened further where a pod of one of the namespace's TickStorms would not fit. Entries of type
 * Pod carry no defaults, the API refuses them. Undefined without a member.
 */
export function buildSharedLimits(
  namespace: string,
  members: readonly TickStorm[],
  tickStorms: readonly TickStorm[],
): AppliedObject | undefined {
  if (members.length === 0) return undefined;
  const declared = members.map((member) => member.spec.limitRange);
  const podLimits = tickStorms.map((tickStorm) => tickStorm.spec.resources.limits);
  const podRequests = tickStorms.map((tickStorm) => tickStorm.spec.resources.requests);
  const limits: LimitRangeItem[] = [
    {
      type: 'Container',
      default: extreme(
        declared.map((range) => range.container.default),
        'largest',
      ),
      defaultRequest: extreme(
        declared.map((range) => range.container.defaultRequest),
        'smallest',
      ),
      max: extreme([...declared.map((range) => range.container.max), ...podLimits], 'largest'),
      min: extreme([...declared.map((range) => range.container.min), ...podRequests], 'smallest'),
    },
    { type: 'Pod', max: extreme([...declared.map((range) => range.pod.max), ...podLimits], 'largest') },
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
