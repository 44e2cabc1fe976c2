import type { TickStorm } from '../api/v1alpha1/tick-storm.ts';
import type { Finding } from './finding.ts';
import type { OptionalKind } from './kinds.ts';
import type { Observation } from './observation.ts';
import type { TlsState } from './tls-secrets.ts';

/** How the certificate stands; nothing without TLS. */
export function tlsFinding(
  tls: TlsState | undefined,
  missingKinds: ReadonlySet<OptionalKind>,
  { spec }: TickStorm,
): Finding | undefined {
  const type = 'TLSReady';
  if (spec.tls.mode === 'CertManager' && missingKinds.has('Certificate')) {
    const message = 'spec.tls.mode is CertManager, and the kind Certificate (cert-manager.io/v1) is not installed';
    return { type, status: 'False', reason: 'CertManagerMissing', message };
  }
  if (tls === undefined) return undefined;
  return { type, status: tls.ready ? 'True' : 'False', reason: tls.reason, message: tls.message };
}

/** How the objects for Prometheus and Grafana stand; nothing where none are asked for, or none of these were made. */
export function monitoringFindings({
  tickStorm,
  missingKinds,
  pause,
}: Pick<Observation, 'tickStorm' | 'missingKinds' | 'pause'>): Finding[] {
  const { monitoring } = tickStorm.spec;
  if (Object.values(monitoring).every(({ mode }) => mode === 'Disabled')) return [];
  const type = 'MonitoringReady';
  const missing = (['ServiceMonitor', 'PrometheusRule'] as const).filter((kind) => missingKinds.has(kind));
  if (missing.length === 0) {
    if (pause?.isApplied === false) return [];
    return [
      { type, status: 'True', reason: 'MonitoringApplied', message: 'Everything for Prometheus and Grafana is there' },
    ];
  }
  const message =
    `${missing.join(' and ')} (monitoring.coreos.com/v1) not installed: install the CRDs of the Prometheus operator, ` +
    `or switch the objects off in spec.monitoring`;
  return [{ type, status: 'False', reason: 'MonitoringKindsMissing', message }];
}

/** Says so where a deletion does not wait for the pods, although it is asked to. */
export function drainFindings({ isDrainGivenUp }: Pick<Observation, 'isDrainGivenUp'>): Finding[] {
  if (!isDrainGivenUp) return [];
  const message =
    'spec.deletionPolicy Drain acts as Immediate: the rights of this operator may go with the namespace, which would ' +
    'then wait for ever. Have an operator serve all namespaces, from a namespace of its own';
  return [{ type: 'DrainUnavailable', status: 'True', reason: 'RightsEndWithNamespace', message }];
}

/** Says so where limits by address judge the nodes' addresses instead of the clients'; nothing where there are none. */
export function addressFindings({ spec: { service, server } }: TickStorm): Finding[] {
  const isHidden =
    service.type !== 'ClusterIP' &&
    service.externalTrafficPolicy === 'Cluster' &&
    server.proxyProtocol.mode === 'Disabled';
  const used = [
    server.ipAllowlist.length > 0 && 'ipAllowlist',
    server.ipBlocklist.length > 0 && 'ipBlocklist',
    server.maxConnectionsPerIP > 0 && 'maxConnectionsPerIP',
    server.connectionRateLimitPerIP > 0 && 'connectionRateLimitPerIP',
  ].filter((field) => field !== false);
  if (!isHidden || used.length === 0) return [];
  const fields = used.map((field) => `spec.server.${field}`).join(', ');
  const message =
    `With spec.service.externalTrafficPolicy Cluster connections may come from the addresses of nodes: ${fields} then ` +
    `judges those, as the lock-out after failed logins does. Set it to Local, or use spec.server.proxyProtocol`;
  return [{ type: 'AddressesHidden', status: 'True', reason: 'ClusterTrafficPolicy', message }];
}
