import { z } from 'zod';
import { asMapList } from './markers.ts';

const condition = z.object({
  type: z
    .string()
    .max(316)
    .regex(/^[A-Za-z]([A-Za-z0-9]*[A-Za-z0-9])?$/)
    .describe('What the condition is about, in CamelCase.'),
  status: z.enum(['True', 'False', 'Unknown']).describe('Whether it holds.'),
  observedGeneration: z.int().min(0).optional().describe('metadata.generation that the condition was computed for.'),
  lastTransitionTime: z.string().meta({ format: 'date-time' }).describe('When status last changed.'),
  reason: z
    .string()
    .min(1)
    .max(1_024)
    .regex(/^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$/)
    .describe('Why, as one CamelCase word for programs.'),
  message: z.string().max(32_768).describe('Why, as a sentence for people.'),
});

/** The observed state of a TickStorm, written by the operator. */
export const tickStormStatus = z
  .object({
    observedGeneration: z.int().min(0).optional().describe('metadata.generation that this status was computed for.'),
    desiredReplicas: z
      .int32()
      .min(0)
      .optional()
      .describe(
        'Pods that there are to be: spec.replicas, none while an annotation lets the service hibernate, and not fewer than there are while one pauses scale-in.',
      ),
    replicas: z.int32().min(0).optional().describe('Pods that exist.'),
    readyReplicas: z.int32().min(0).optional().describe('Pods that are ready for clients.'),
    updatedReplicas: z.int32().min(0).optional().describe('Pods that follow the current spec.'),
    connections: z
      .int()
      .min(0)
      .optional()
      .describe('Clients of all pods, to two digits, as they were asked within the last minutes.'),
    ticksPerSecond: z
      .int()
      .min(0)
      .optional()
      .describe('Ticks that each pod publishes per second, to two digits. All pods carry the same.'),
    position: z
      .int()
      .min(0)
      .optional()
      .describe('Position of the stream SECOND that all pods had passed when this status was written.'),
    selector: z
      .string()
      .max(1_024)
      .optional()
      .describe('Label selector of the pods, for the scale subresource and the autoscaler.'),
    endpoint: z
      .string()
      .max(512)
      .optional()
      .describe('Address and port that clients connect to, once the Service has one.'),
    version: z.string().max(256).optional().describe('Tag or digest of the image that the pods are to run.'),
    authSecret: z.string().max(253).optional().describe('Name of the Secret that holds the credentials.'),
    conditions: asMapList(z.array(condition).max(32), ['type'])
      .optional()
      .describe(
        'Ready, Available, Reconciling, Stalled and further conditions; see the documentation for the reasons.',
      ),
  })
  .describe('Observed state of the service.');

export type TickStormStatus = z.output<typeof tickStormStatus>;
export type Condition = z.output<typeof condition>;
