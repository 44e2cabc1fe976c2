import { z } from 'zod';
import { withRules } from './markers.ts';
import { countOrPercentField } from './quantity-field.ts';

/** The PodDisruptionBudget: how many pods an eviction (a node drain) must leave. */
export const disruption = withRules(
  z.object({
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
  .describe('Budget for voluntary disruptions such as node drains.')
  .prefault({});
