import type { TickStorm } from '../api/v1alpha1/tick-storm.ts';
import { ownedMetadata } from './metadata.ts';
import { objectNames } from './names.ts';
import type { AppliedObject } from './object.ts';

interface Panel {
  readonly title: string;
  readonly unit: string;
  /** PromQL by the legend of its series; `$of` stands for the selector of the TickStorm. */
  readonly series: Readonly<Record<string, string>>;
}

const PANELS: readonly Panel[] = [
  { title: 'Connections', unit: 'short', series: { '{{pod}}': 'tick_storm_active_connections{$of}' } },
  { title: 'Subscriptions', unit: 'short', series: { '{{pod}}': 'tick_storm_subscriptions_current{$of}' } },
  { title: 'Ticks published', unit: 'ops', series: { '{{pod}}': 'rate(tick_storm_ticks_published_total{$of}[1m])' } },
  {
    title: 'Bytes sent',
    unit: 'Bps',
    series: { '{{pod}}': 'sum by (pod) (rate(tick_storm_bytes_sent_total{$of}[1m]))' },
  },
  {
    title: 'Time from flush to the last write',
    unit: 's',
    series: {
      p50: 'histogram_quantile(0.5, sum by (le) (rate(tick_storm_publish_latency_seconds_bucket{$of}[5m])))',
      p99: 'histogram_quantile(0.99, sum by (le) (rate(tick_storm_publish_latency_seconds_bucket{$of}[5m])))',
    },
  },
  {
    title: 'Connections closed, by reason',
    unit: 'ops',
    series: { '{{reason}}': 'sum by (reason) (rate(tick_storm_connections_closed_total{$of}[5m]))' },
  },
  { title: 'Memory', unit: 'bytes', series: { '{{pod}}': 'tick_storm_memory_usage_bytes{$of}' } },
  {
    title: 'Login failures',
    unit: 'ops',
    series: { '{{reason}}': 'sum by (reason) (rate(tick_storm_auth_failures_total{$of}[5m]))' },
  },
];

const COLUMNS = 2;
const WIDTH = 12;
const HEIGHT = 8;

function dashboard({ metadata: { name, namespace, uid } }: TickStorm): object {
  const selector = `namespace="${namespace}",service="${objectNames(name).headlessService}"`;
  const datasource = { type: 'prometheus', uid: '${datasource}' };
  return {
    uid,
    title: `TickStorm ${namespace}/${name}`,
    tags: ['tick-storm'],
    schemaVersion: 39,
    refresh: '30s',
    time: { from: 'now-1h', to: 'now' },
    templating: { list: [{ name: 'datasource', type: 'datasource', query: 'prometheus' }] },
    panels: PANELS.map(({ title, unit, series }, index) => ({
      id: index + 1,
      type: 'timeseries',
      title,
      datasource,
      fieldConfig: { defaults: { unit }, overrides: [] },
      gridPos: { x: (index % COLUMNS) * WIDTH, y: Math.floor(index / COLUMNS) * HEIGHT, w: WIDTH, h: HEIGHT },
      targets: Object.entries(series).map(([legendFormat, expression], target) => ({
        refId: String.fromCodePoint(65 + target),
        datasource,
        expr: expression.replaceAll('$of', selector),
        legendFormat,
      })),
    })),
  };
}

/** A Grafana dashboard as a ConfigMap that Grafana's sidecar gathers. Undefined when it is off. */
export function buildDashboard(tickStorm: TickStorm): AppliedObject | undefined {
  const { mode, labels } = tickStorm.spec.monitoring.dashboard;
  if (mode === 'Disabled') return undefined;
  const { name, namespace } = tickStorm.metadata;
  const metadata = ownedMetadata(tickStorm, objectNames(name).dashboard);
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { ...metadata, labels: { ...labels, ...metadata.labels } },
    data: { [`tick-storm-${namespace}-${name}.json`]: `${JSON.stringify(dashboard(tickStorm), null, 2)}\n` },
  };
}
