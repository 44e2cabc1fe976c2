import { z } from 'zod';
import { autoscaling } from './autoscaling.ts';
import { deletionDeadlineSeconds, deletionPolicy } from './deletion.ts';
import { disruption } from './disruption.ts';
import { feed } from './feed.ts';
import { limitRange } from './limit-range.ts';
import { asMapList, withRules } from './markers.ts';
import { monitoring } from './monitoring.ts';
import { networkPolicy } from './network-policy.ts';
import { objectName } from './object-name.ts';
import { podTemplate } from './pod-template.ts';
import { isQuantityRule } from './quantity-field.ts';
import { quota } from './quota.ts';
import { processLimits, resources, runtime } from './resources.ts';
import { scheduling } from './scheduling.ts';
import { serverSettings } from './server-settings.ts';
import { service } from './service.ts';
import { sysctls } from './sysctls.ts';
import { tls } from './tls.ts';

const auth = z
  .object({
    secretRef: z
      .object({
        name: objectName('Name of a Secret in the same namespace with the keys username and password.'),
      })
      .optional()
      .describe('Secret that holds the credentials; absent means that the operator makes NAME-auth once, at random.'),
    usersSecretRef: z
      .object({
        name: objectName('Name of a Secret in the same namespace with the key users.'),
      })
      .optional()
      .describe(
        'Secret with further users: key users holds one a line, NAME:HASH, as the server makes it with -hash-password. ' +
          'Changes of its contents take effect without a restart.',
      ),
  })
  .describe('Credentials that clients must present.')
  .prefault({});

/**
 * The desired state of a TickStorm: one source for the TypeScript types, the defaults, the documentation and the
 * CRD's schema. The defaults are the numbers of the Kubernetes guide.
 */
export const tickStormSpec = withRules(
  z.object({
    image: z
      .string()
      .min(1)
      .max(512)
      .regex(/^[A-Za-z0-9][A-Za-z0-9._:/@-]*$/)
      .optional()
      .describe("Image of the server; absent means the operator's own default."),
    imagePullPolicy: z
      .enum(['IfNotPresent', 'Always', 'Never'])
      .default('IfNotPresent')
      .describe('When the image is pulled.'),
    replicas: z
      .int32()
      .min(0)
      .max(1_000)
      .default(2)
      .describe('Number of pods. With autoscaling the autoscaler writes it: leave it out of manifests then.'),
    server: serverSettings,
    feed,
    auth,
    resources,
    processLimits,
    runtime,
    autoscaling,
    disruption,
    quota,
    limitRange,
    service,
    scheduling,
    imagePullSecrets: asMapList(
      z.array(z.object({ name: objectName('Name of a Secret in the same namespace.') })).max(16),
      ['name'],
    )
      .default([])
      .describe('Secrets that the image is pulled with.'),
    sysctls,
    tls,
    networkPolicy,
    monitoring,
    podTemplate,
    deletionPolicy,
    deletionDeadlineSeconds,
  }),
  [
    {
      // Only minReplicas is compared: a rule over spec.replicas would refuse the autoscaler's own writes.
      rule:
        `!has(self.disruption.minAvailable) || type(self.disruption.minAvailable) != int || ` +
        `self.autoscaling.mode == 'Disabled' || self.disruption.minAvailable < ` +
        `(has(self.autoscaling.minReplicas) ? self.autoscaling.minReplicas : 2)`,
      message:
        'disruption.minAvailable must be below autoscaling.minReplicas (default 2), else no node can ever be drained',
      fieldPath: '.disruption.minAvailable',
    },
    {
      rule:
        `!has(self.runtime.memoryLimit) || !(${isQuantityRule('string(self.runtime.memoryLimit)')}) || ` +
        `!(${isQuantityRule('string(self.resources.limits.memory)')}) || ` +
        `quantity(string(self.runtime.memoryLimit)).compareTo(quantity(string(self.resources.limits.memory))) <= 0`,
      message: 'runtime.memoryLimit must not be above resources.limits.memory',
      fieldPath: '.runtime.memoryLimit',
    },
  ],
)
  .describe('Desired state of the service.')
  .prefault({});

/** The spec with every default filled in. */
export type TickStormSpec = z.output<typeof tickStormSpec>;
/** The spec as a user may write it. */
export type TickStormSpecInput = z.input<typeof tickStormSpec>;
