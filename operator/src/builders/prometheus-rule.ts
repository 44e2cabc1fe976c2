import type { TickStorm } from '../api/v1alpha1/tick-storm.ts';
import { ownedMetadata } from './metadata.ts';
import { objectNames } from './names.ts';
import type { AppliedObject } from './object.ts';

interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: { readonly severity: 'critical' | 'warning' };
  readonly annotations: { readonly summary: string; readonly description: string };
}

/** The alerts, over the series of one TickStorm: `of` puts its selector behind a metric's name. */
function alerts({ metadata, spec }: TickStorm): Alert[] {
  const { name, namespace } = metadata;
  const selector = `namespace="${namespace}",service="${objectNames(name).headlessService}"`;
  const of = (metric: string, more = ''): string => `tick_storm_${metric}{${selector}${more}}`;
  const which = `${namespace}/${name}`;
  return [
    {
      alert: 'TickStormDown',
      expr: `absent(up{${selector}} == 1)`,
      for: '2m',
      labels: { severity: 'critical' },
      annotations: {
        summary: `No pod of TickStorm ${which} answers`,
        description: `kubectl describe tickstorm ${name} -n ${namespace} says why.`,
      },
    },
    {
      alert: 'TickStormNotReady',
      expr: `sum(${of('ready')}) < ${spec.autoscaling.mode === 'Enabled' ? spec.autoscaling.minReplicas : spec.replicas}`,
      for: '10m',
      labels: { severity: 'warning' },
      annotations: {
        summary: `TickStorm ${which} has too few ready pods`,
        description: 'Fewer pods take clients than are declared at the least.',
      },
    },
    {
      alert: 'TickStormConnectionsNearLimit',
      expr: `max by (pod) (${of('active_connections')}) > ${Math.floor(spec.server.maxConnections * 0.9)}`,
      for: '5m',
      labels: { severity: 'warning' },
      annotations: {
        summary: `A pod of TickStorm ${which} is nearly full`,
        description: `More than nine tenths of spec.server.maxConnections (${spec.server.maxConnections}) are taken.`,
      },
    },
    {
      alert: 'TickStormSlowConsumers',
      expr: `sum(rate(${of('connections_closed_total', ',reason=~"write_queue_.*|write_deadline"')}[5m])) > 1`,
      for: '10m',
      labels: { severity: 'warning' },
      annotations: {
        summary: `TickStorm ${which} closes slow clients`,
        description: 'More than one client a second does not keep up.',
      },
    },
    {
      alert: 'TickStormWorkersRestart',
      expr: `increase(${of('worker_restarts_total')}[15m]) > 3`,
      for: '0m',
      labels: { severity: 'critical' },
      annotations: {
        summary: `Workers of TickStorm ${which} end unexpectedly`,
        description: 'The log of the pod has "worker ended unexpectedly" with the reason.',
      },
    },
  ];
}

/** Alerts for the Prometheus operator. Undefined when they are off. */
export function buildPrometheusRule(tickStorm: TickStorm): AppliedObject | undefined {
  const { mode, labels } = tickStorm.spec.monitoring.prometheusRule;
  if (mode === 'Disabled') return undefined;
  const { name, namespace } = tickStorm.metadata;
  const metadata = ownedMetadata(tickStorm, objectNames(name).alerts);
  return {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: { ...metadata, labels: { ...labels, ...metadata.labels } },
    spec: { groups: [{ name: `tick-storm-${namespace}-${name}`, rules: alerts(tickStorm) }] },
  };
}
