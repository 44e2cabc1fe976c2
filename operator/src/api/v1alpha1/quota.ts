import { z } from 'zod';
import { countField, quantityField } from './quantity-field.ts';

const hard = z
  .object({
    'requests.cpu': quantityField('10').describe('Sum of the CPU requests.').default('10'),
    'requests.memory': quantityField('20Gi').describe('Sum of the memory requests.').default('20Gi'),
    'limits.cpu': quantityField('20').describe('Sum of the CPU limits.').default('20'),
    'limits.memory': quantityField('40Gi').describe('Sum of the memory limits.').default('40Gi'),
    pods: countField('10').describe('Number of pods.').default('10'),
  })
  .describe('What this TickStorm adds to the quota of its namespace.')
  .prefault({});

/** The ResourceQuota tick-storm-quota, shared by all TickStorms of the namespace. */
export const quota = z
  .object({
    mode: z
      .enum(['Managed', 'Fixed', 'None'])
      .optional()
      .describe(
        'Managed: the namespace gets the ResourceQuota tick-storm-quota, the sum of hard over its TickStorms. Fixed: ' +
          'hard is the quota of the whole namespace, whatever the others declare (of several, the least). None: this ' +
          'TickStorm asks for no quota. Absent means Managed, unless pods of others run in the namespace when the ' +
          'quota is to be made: it would bind them too.',
      ),
    hard,
    autoscalerCap: z
      .enum(['Enabled', 'Disabled'])
      .default('Disabled')
      .describe(
        'Enabled: the autoscaler asks for no more pods than the quotas of the namespace admit, but for minReplicas at ' +
          'least. Disabled: it may ask for more, which then cannot be created.',
      ),
  })
  .describe('Quota of the namespace. It binds every pod in the namespace, not only those of TickStorms.')
  .prefault({});
