import type { V1ResourceQuotaSpec } from '@kubernetes/client-node';
import { formatQuantity, quantityNanos } from '../api/quantity.ts';
import type { TickStorm } from '../api/v1alpha1/tick-storm.ts';
import { sharedLabels } from './labels.ts';
import { SHARED_QUOTA_NAME } from './names.ts';
import type { AppliedObject } from './object.ts';
import { sharedReferences } from './shared-references.ts';

const RESOURCES = ['requests.cpu', 'requests.memory', 'limits.cpu', 'limits.memory', 'pods'] as const;

/**
 * The one ResourceQuota of a namespace: the sum of what its TickStorms declare (several quotas would each bind all
 * pods, they do not add up). Undefined when no TickStorm of the namespace asks for one.
 */
export function buildSharedQuota(namespace: string, tickStorms: readonly TickStorm[]): AppliedObject | undefined {
  const members = tickStorms.filter((tickStorm) => tickStorm.spec.quota.mode === 'Managed');
  if (members.length === 0) return undefined;
  const total = (resource: (typeof RESOURCES)[number]): string => {
    const nanos = members.reduce((sum, member) => sum + quantityNanos(member.spec.quota.hard[resource]), 0n);
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
