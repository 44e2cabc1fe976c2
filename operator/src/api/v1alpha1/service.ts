import { z } from 'zod';
import { asSet, qualifiedKeys, withRules } from './markers.ts';

/** The Service that clients connect to, NAME-service. */
export const service = withRules(
  z.object({
    type: z
      .enum(['LoadBalancer', 'NodePort', 'ClusterIP'])
      .default('LoadBalancer')
      .describe('How the Service is reached, as in a Service.'),
    port: z.int32().min(1).max(65_535).default(8_080).describe('Port that clients connect to.'),
    exposeMetrics: z
      .enum(['Enabled', 'Disabled'])
      .default('Disabled')
      .describe('Enabled: port 9090 with /metrics is on this Service too. It is on NAME-headless in any case.'),
    externalTrafficPolicy: z
      .enum(['Cluster', 'Local'])
      .default('Cluster')
      .describe(
        "Local keeps the clients' addresses (address lists then see them) and skips a hop; Cluster balances over all nodes.",
      ),
    loadBalancerSourceRanges: asSet(
      z
        .array(
          withRules(z.string().max(43), [
            { rule: 'isCIDR(self)', message: 'must be a CIDR range, such as 192.0.2.0/24 or 2001:db8::/32' },
          ]),
        )
        .max(64),
    )
      .describe('CIDR ranges that the load balancer lets in; empty means all.')
      .default([]),
    annotations: withRules(z.record(z.string(), z.string().max(1_024)).meta({ maxProperties: 64 }), [
      qualifiedKeys('annotations'),
    ])
      .describe('Annotations of the Service, for the cloud that provides the load balancer.')
      .default({}),
  }),
  [
    {
      rule: `self.type == 'LoadBalancer' || size(self.loadBalancerSourceRanges) == 0`,
      message: 'loadBalancerSourceRanges needs type LoadBalancer',
      fieldPath: '.loadBalancerSourceRanges',
      reason: 'FieldValueForbidden',
    },
    {
      rule: `self.exposeMetrics == 'Disabled' || self.port != 9090`,
      message: 'port 9090 is taken by the metrics while exposeMetrics is Enabled: choose another port',
      fieldPath: '.port',
    },
  ],
)
  .describe('The Service that clients connect to.')
  .prefault({});
