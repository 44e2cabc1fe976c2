import { z } from 'zod';
import { qualifiedKeys, withRules } from './markers.ts';

/** The NetworkPolicy of the pods, NAME-netpol. */
export const networkPolicy = z
  .object({
    mode: z
      .enum(['Enabled', 'Disabled'])
      .default('Disabled')
      .describe(
        'Enabled: the pods take connections on the client port from everywhere, on the metrics port from monitoring, ' +
          'on metrics and admin port from the operator, and may themselves ask the DNS only. Disabled: no policy.',
      ),
    monitoringNamespaceLabels: withRules(
      z.record(z.string(), z.string().max(63)).meta({ minProperties: 1, maxProperties: 16 }),
      [qualifiedKeys('monitoringNamespaceLabels')],
    )
      .describe('Labels of the namespaces whose pods may read the metrics.')
      .default({ name: 'monitoring' }),
  })
  .describe('Network policy of the pods. It takes effect where the network of the cluster enforces policies.')
  .prefault({});
