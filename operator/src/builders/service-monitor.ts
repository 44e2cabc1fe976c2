import type { TickStorm } from '../api/v1alpha1/tick-storm.ts';
import { HEADLESS_LABEL, selectorLabels } from './labels.ts';
import { ownedMetadata } from './metadata.ts';
import { objectNames } from './names.ts';
import type { AppliedObject } from './object.ts';
import { METRICS_PORT } from './ports.ts';

/** Has every pod scraped once: through the headless Service alone, since both Services may have the metrics port. */
export function buildServiceMonitor(tickStorm: TickStorm): AppliedObject | undefined {
  const { mode, intervalSeconds, labels } = tickStorm.spec.monitoring.serviceMonitor;
  if (mode === 'Disabled') return undefined;
  const { name } = tickStorm.metadata;
  const metadata = ownedMetadata(tickStorm, objectNames(name).serviceMonitor);
  return {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'ServiceMonitor',
    metadata: { ...metadata, labels: { ...labels, ...metadata.labels } },
    spec: {
      selector: { matchLabels: { ...selectorLabels(name), ...HEADLESS_LABEL } },
      endpoints: [{ port: METRICS_PORT.name, interval: `${intervalSeconds}s`, path: '/metrics' }],
    },
  };
}
