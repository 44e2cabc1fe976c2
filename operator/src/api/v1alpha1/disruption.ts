import { z } from 'zod';
import { defaultedByOperator, withRules } from './markers.ts';
import { countOrPercentField } from './quantity-field.ts';

/** How many pods evictions (node drains) and rollouts may take away at a time. */
export const disruption = withRules(
  z.object({
    mode: defaultedByOperator(
      z
        .enum(['Paced', 'Declared'])
        .default('Paced')
        .describe(
          'Paced: evictions and rollouts wait for drains: at most a quarter of the pods drain at a time, one at least, ' +
            'and the numbers below are the least that stays. Declared: the numbers are the budget, and rollouts replace ' +
            'a quarter of the pods at a time.',
        ),
    ),
    minAvailable: countOrPercentField()
      .describe('Pods that stay available through evictions; 1 when neither field is set.')
      .optional(),
    maxUnavailable: countOrPercentField()
      .describe('Pods that may be unavailable through evictions; excludes minAvailable.')
      .optional(),
  }),
  [
    {
      rule: '!(has(self.minAvailable) && has(self.maxUnavailable))',
      message: 'minAvailable and maxUnavailable exclude each other: set one of them',
      reason: 'FieldValueForbidden',
    },
  ],
)
  .describe('Pace and budget of voluntary disruptions such as node drains.')
  .prefault({});
