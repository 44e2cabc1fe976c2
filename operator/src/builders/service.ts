import type { V1ServicePort, V1ServiceSpec } from '@kubernetes/client-node';
import type { TickStorm } from '../api/v1alpha1/tick-storm.ts';
import { HEADLESS_LABEL, selectorLabels } from './labels.ts';
import { ownedMetadata } from './metadata.ts';
import { objectNames } from './names.ts';
import type { AppliedObject } from './object.ts';
import { CLIENT_PORT, METRICS_PORT } from './ports.ts';

const metricsPort: V1ServicePort = {
  name: METRICS_PORT.name,
  port: METRICS_PORT.number,
  protocol: 'TCP',
  targetPort: METRICS_PORT.name,
};

/** The Service that clients connect to. Metrics are on it only when the resource asks for that. */
export function buildService(tickStorm: TickStorm): AppliedObject {
  const { service } = tickStorm.spec;
  const { name } = tickStorm.metadata;
  const clientPort = { name: CLIENT_PORT.name, port: service.port, protocol: 'TCP', targetPort: CLIENT_PORT.name };
  const spec: V1ServiceSpec = {
    type: service.type,
    ports: service.exposeMetrics === 'Enabled' ? [clientPort, metricsPort] : [clientPort],
    selector: selectorLabels(name),
    sessionAffinity: 'None',
    // The API refuses the policy on a ClusterIP Service, which nothing outside the cluster reaches.
    ...(service.type !== 'ClusterIP' && { externalTrafficPolicy: service.externalTrafficPolicy }),
    ...(service.loadBalancerSourceRanges.length > 0 && { loadBalancerSourceRanges: service.loadBalancerSourceRanges }),
  };
  const metadata = ownedMetadata(tickStorm, objectNames(name).service);
  const annotated = Object.keys(service.annotations).length > 0;
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: annotated ? { ...metadata, annotations: service.annotations } : metadata,
    spec,
  };
}

/** The Service that gives each pod a DNS entry, for monitoring and for clients that choose a pod themselves. */
export function buildHeadlessService(tickStorm: TickStorm): AppliedObject {
  const { name } = tickStorm.metadata;
  const spec: V1ServiceSpec = {
    type: 'ClusterIP',
    clusterIP: 'None',
    ports: [
      { name: CLIENT_PORT.name, port: CLIENT_PORT.number, protocol: 'TCP', targetPort: CLIENT_PORT.name },
      metricsPort,
    ],
    selector: selectorLabels(name),
  };
  const metadata = ownedMetadata(tickStorm, objectNames(name).headlessService);
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { ...metadata, labels: { ...metadata.labels, ...HEADLESS_LABEL } },
    spec,
  };
}
