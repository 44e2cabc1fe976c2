import type { V1ResourceQuotaSpec } from '@kubernetes/client-node';
import { formatQuantity, quantityNanos } from '../api/quantity.ts';
import type { TickStorm } from '../api/v1alpha1/tick-storm.ts';
import { sharedLabels } from './labels.ts';
import { SHARED_QUOTA_NAME } from './names.ts';
import type { AppliedObject } from './object.ts';
import { sharedReferences } from './shared-references.ts';

const RESOURCES = ['requests.cpu', 'requests.memory', 'limits.cpu', 'limits.memory', 'pods'] as const;

/**
 * The one ResourceQuota of a namespace (several would each bind all pods, they do not add up): the sum of what its
 * members declare, or, where some fix it, the least of what they fix it to. Undefined without a member.
 */
export function buildSharedQuota(namespace: string, members: readonly TickStorm[]): AppliedObject | undefined {
  if (members.length === 0) return undefined;
  const fixed = members.filter((member) => member.spec.quota.mode === 'Fixed');
  const total = (resource: (typeof RESOURCES)[number]): string => {
    const amounts = (from: readonly TickStorm[]): bigint[] =>
      from.map((member) => quantityNanos(member.spec.quota.hard[resource]));
    const nanos =
      fixed.length > 0
        ? amounts(fixed).reduce((least, amount) => (amount < least ? amount : least))
        : amounts(members).reduce((sum, amount) => sum + amount, 0n);
    return formatQuantity(nanos, resource.endsWith('memory') ? 'binary' : 'decimal');
  };
  const spec: V1ResourceQuotaSpec = { hard: Object.fromEntries(RESOURCES.map((name) => [name, total(name)])) };
  return {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: {
      name: SHARED_QUOTA_NAME,
      namespace,
      labels: sharedLabels(),
      ownerReferences: sharedReferences(members),
    },
    spec,
  };
}
