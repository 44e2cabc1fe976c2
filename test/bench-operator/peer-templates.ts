import { parseTickStorm } from '@tick-storm/operator/api';
import * as builders from '@tick-storm/operator/builders';
import { benchTickStorm } from './bench-tick-storm.ts';

/** Names that the peer replaces by an instance's own. */
const NAME = 'template-name';
const NAMESPACE = 'template-namespace';

export interface PeerTemplates {
  /** What a TickStorm owns. */
  readonly owned: readonly object[];
  /** What a namespace shares, sized for one TickStorm. */
  readonly shared: readonly object[];
}

/** The objects of a TickStorm of the bench as our builders make them, for the peer to fill the names in. */
export function peerTemplates(serverImage: string, operatorNamespace: string): PeerTemplates {
  const parsed = parseTickStorm({
    ...benchTickStorm(NAMESPACE, NAME),
    metadata: { name: NAME, namespace: NAMESPACE, uid: 'of the template' },
  });
  if (!parsed.ok) throw new Error(parsed.problem);
  const { value: tickStorm } = parsed;
  const context: builders.BuildContext = {
    serverImage,
    allowsHostLevel: false,
    operatorNamespace,
    strategy: 'SurgeOne',
    minReadySeconds: 35,
    replicas: tickStorm.spec.replicas,
  };
  const owned = [
    builders.buildServiceAccount(tickStorm),
    builders.buildConfigMap(tickStorm),
    builders.buildAuthSecret(tickStorm, { username: 'tick-storm', password: 'made by the peer' }),
    builders.buildAdminSecret(tickStorm, 'made by the peer'),
    builders.buildRole(tickStorm),
    builders.buildRoleBinding(tickStorm),
    builders.buildService(tickStorm),
    builders.buildHeadlessService(tickStorm),
    builders.buildDisruptionBudget(tickStorm, context),
    builders.buildNetworkPolicy(tickStorm, context),
    builders.buildDeployment(tickStorm, context),
    builders.buildAutoscaler(tickStorm, context),
  ];
  // One container, as the bench has it.
  const { limits, requests } = tickStorm.spec.resources;
  const shared = [
    builders.buildSharedLimits(NAMESPACE, [tickStorm], () => [
      { limits: [limits], requests: [requests], openRequests: [], total: limits },
    ]),
    builders.buildSharedQuota(NAMESPACE, [tickStorm]),
  ];
  return { owned: owned.map(unowned), shared: shared.map(unowned) };
}

/** The peer refers to owners in its own way. */
function unowned(object: builders.AppliedObject | undefined): object {
  if (object === undefined) throw new Error('a TickStorm of the bench lacks an object that the peer is to have');
  const { ownerReferences: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}
