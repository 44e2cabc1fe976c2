import { z } from 'zod';
import { asAtomicList } from './markers.ts';

const toleration = z.object({
  key: z.string().max(316).describe('Taint key; absent means all keys.').optional(),
  operator: z.enum(['Exists', 'Equal']).describe('How value is compared; Equal when absent.').optional(),
  value: z.string().max(63).describe('Taint value.').optional(),
  effect: z
    .enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute'])
    .describe('Taint effect; absent means all effects.')
    .optional(),
  tolerationSeconds: z.int().min(0).describe('Seconds that NoExecute is tolerated; absent means for ever.').optional(),
});

/** Where pods may run. */
export const scheduling = z
  .object({
    zoneAntiAffinity: z
      .enum(['Required', 'Preferred', 'None'])
      .default('Preferred')
      .describe(
        'Required: at most one pod per zone, a pod without a free zone stays pending. Preferred: spread over zones ' +
          'and nodes as far as there are some. None: no rule.',
      ),
    nodeSelector: z
      .record(z.string(), z.string().max(63))
      .meta({ maxProperties: 32 })
      .describe('Labels that a node must have.')
      .default({}),
    tolerations: asAtomicList(z.array(toleration).max(32)).describe('Taints that the pods tolerate.').default([]),
  })
  .describe('Where the pods may run.')
  .prefault({});
