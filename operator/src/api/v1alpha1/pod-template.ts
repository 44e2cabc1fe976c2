import { z } from 'zod';
import { qualifiedKeys, withRules } from './markers.ts';

const texts = (what: string, longest: number) =>
  withRules(z.record(z.string(), z.string().max(longest)).meta({ maxProperties: 64 }), [qualifiedKeys(what)])
    .describe(`Additional ${what} of the pods.`)
    .optional();

/** What is laid over the pods, for whatever the other fields do not offer. */
export const podTemplate = z
  .object({
    metadata: z
      .object({ labels: texts('labels', 63), annotations: texts('annotations', 4_096) })
      .optional()
      .describe('Additional metadata of the pods.'),
    spec: z
      .record(z.string(), z.unknown())
      .optional()
      .meta({ 'x-kubernetes-preserve-unknown-fields': true })
      .describe(
        'Part of a PodSpec that is merged into that of the pods, as kubectl patch --type=strategic does: containers, ' +
          'variables and volumes by name, mounts by path. The container of the server is called tick-storm. What the ' +
          'operator sets itself cannot be changed; condition Ready says what is refused.',
      ),
  })
  .optional()
  .describe('Overlay over the pods, for what the other fields do not offer: sidecars, volumes, variables.');
