import type {
  V1NetworkPolicyEgressRule,
  V1NetworkPolicyIngressRule,
  V1NetworkPolicySpec,
} from '@kubernetes/client-node';
import type { TickStorm } from '../api/v1alpha1/tick-storm.ts';
import type { BuildContext } from './build-context.ts';
import { selectorLabels } from './labels.ts';
import { ownedMetadata } from './metadata.ts';
import { objectNames } from './names.ts';
import type { AppliedObject } from './object.ts';
import { ADMIN_PORT, CLIENT_PORT, METRICS_PORT } from './ports.ts';

/** Label by which the API server gives every namespace its name. */
const NAMESPACE_NAME = 'kubernetes.io/metadata.name';

/** client-node calls the field `_from`; the API does not. */
type IngressRule = Omit<V1NetworkPolicyIngressRule, '_from'> & { readonly from?: V1NetworkPolicyIngressRule['_from'] };

const tcp = (...ports: readonly { readonly number: number }[]) =>
  ports.map(({ number }) => ({ protocol: 'TCP', port: number }));

/**
 * The guide's policy: metrics for monitoring only, clients from everywhere. On top of it the operator's namespace reaches metrics
 * and admin port, which the operator scales and drains by, and the pods may resolve names. Undefined when it is off.
 */
export function buildNetworkPolicy(
  tickStorm: TickStorm,
  { operatorNamespace }: Pick<BuildContext, 'operatorNamespace'>,
): AppliedObject | undefined {
  const { mode, monitoringNamespaceLabels } = tickStorm.spec.networkPolicy;
  if (mode === 'Disabled') return undefined;
  const { name } = tickStorm.metadata;
  const ingress: IngressRule[] = [
    { from: [{ namespaceSelector: { matchLabels: monitoringNamespaceLabels } }], ports: tcp(METRICS_PORT) },
    {
      from: [{ namespaceSelector: { matchLabels: { [NAMESPACE_NAME]: operatorNamespace } } }],
      ports: tcp(METRICS_PORT, ADMIN_PORT),
    },
    { ports: tcp(CLIENT_PORT) },
  ];
  const egress: V1NetworkPolicyEgressRule[] = [{ ports: ['UDP', 'TCP'].map((protocol) => ({ protocol, port: 53 })) }];
  const spec: Omit<V1NetworkPolicySpec, 'ingress'> & { readonly ingress: readonly IngressRule[] } = {
    podSelector: { matchLabels: selectorLabels(name) },
    policyTypes: ['Ingress', 'Egress'],
    ingress,
    egress,
  };
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: ownedMetadata(tickStorm, objectNames(name).networkPolicy),
    spec,
  };
}
