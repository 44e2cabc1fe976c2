import type { SoakSpec } from './soak-action.ts';
import { podless } from './tick-storms.ts';

/** The TickStorm as a user writes it. */
export function soakManifest(namespace: string, name: string, spec: SoakSpec): object {
  const mode = (isEnabled: boolean): object => ({ mode: isEnabled ? 'Enabled' : 'Disabled' });
  return podless(namespace, name, {
    server: { drainSeconds: spec.drainSeconds },
    quota: { mode: spec.isQuotaManaged ? 'Managed' : 'None' },
    deletionPolicy: spec.deletionPolicy,
    networkPolicy: mode(spec.hasNetworkPolicy),
    monitoring: {
      serviceMonitor: mode(spec.isMonitored),
      prometheusRule: mode(spec.isMonitored),
      dashboard: mode(spec.isMonitored),
    },
    ...(spec.isAutoscaled && { replicas: 1, autoscaling: { mode: 'Enabled', minReplicas: 1, maxReplicas: 2 } }),
  });
}
