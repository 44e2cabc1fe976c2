import { z } from 'zod';

/** What becomes of the objects of a TickStorm that is deleted. */
export const deletionPolicy = z
  .enum(['Drain', 'Immediate', 'Orphan'])
  .default('Immediate')
  .describe(
    'What happens when the TickStorm is deleted. Immediate: everything goes at once; pods still drain, but the Services ' +
      'are gone meanwhile. Drain: the pods drain first, and the Services go after them; an operator that serves all ' +
      'namespaces must run for that, in another one. ' +
      'Orphan: everything but the autoscaler stays and serves on, and a new TickStorm of the same name takes it back.',
  );

/** How long the deletion of a TickStorm may wait for its pods. */
export const deletionDeadlineSeconds = z
  .int32()
  .min(0)
  .max(86_400)
  .optional()
  .describe(
    'Seconds after which a TickStorm with deletionPolicy Drain goes although pods are still there; absent means the ' +
      'grace period of the pods and 30.',
  );
