import { z } from 'zod';
import { objectName } from './object-name.ts';
import { asAtomicList, qualifiedKeys, withRules } from './markers.ts';

const toleration = withRules(
  z.object({
    key: z.string().max(316).describe('Taint key; absent means all keys.').optional(),
    operator: z.enum(['Exists', 'Equal']).describe('How value is compared; Equal when absent.').optional(),
    value: z.string().max(63).describe('Taint value.').optional(),
    effect: z
      .enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute'])
      .describe('Taint effect; absent means all effects.')
      .optional(),
    tolerationSeconds: z
      .int()
      .min(0)
      .describe('Seconds that NoExecute is tolerated; absent means for ever.')
      .optional(),
  }),
  [
    {
      rule: `!has(self.operator) || self.operator != 'Exists' || !has(self.value) || self.value == ''`,
      message: 'value must be left out with operator Exists, which takes any value',
      fieldPath: '.value',
    },
    {
      rule: `(has(self.key) && self.key != '') || (has(self.operator) && self.operator == 'Exists')`,
      message: 'operator must be Exists where key is left out: such a toleration takes all taints',
      fieldPath: '.operator',
    },
    {
      rule: `!has(self.tolerationSeconds) || (has(self.effect) && self.effect == 'NoExecute')`,
      message: 'tolerationSeconds needs effect NoExecute: no other effect removes pods',
      fieldPath: '.tolerationSeconds',
    },
  ],
);

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
    nodeSelector: withRules(z.record(z.string(), z.string().max(63)).meta({ maxProperties: 32 }), [
      qualifiedKeys('nodeSelector'),
      {
        rule: `self.all(key, self[key].matches('^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$'))`,
        message: 'nodeSelector must have values that labels can have: letters, digits, dashes, dots and underscores',
      },
    ])
      .describe('Labels that a node must have.')
      .default({}),
    priorityClassName: objectName('Priority class of the pods; absent means the default of the cluster.').optional(),
    tolerations: asAtomicList(z.array(toleration).max(32)).describe('Taints that the pods tolerate.').default([]),
  })
  .describe('Where the pods may run.')
  .prefault({});
