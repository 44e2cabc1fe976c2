import { z } from 'zod';
import { asAtomicList, defaultedByOperator, withRules } from './markers.ts';
import { schedules } from './schedule.ts';

const policy = z.object({
  type: z.enum(['Percent', 'Pods']).describe('Whether value is a percentage of the pods or a number of pods.'),
  value: z.int32().min(1).max(1_000).describe('How much may change within periodSeconds.'),
  periodSeconds: z.int32().min(1).max(1_800).describe('Seconds over which the change counts.'),
});

interface DirectionDefaults {
  readonly stabilizationWindowSeconds: number;
  readonly percent: number;
  readonly pods: number;
  readonly selectPolicy: 'Max' | 'Min';
}

const direction = (
  what: string,
  defaults: DirectionDefaults,
): z.ZodPrefault<
  z.ZodObject<{
    stabilizationWindowSeconds: z.ZodDefault<z.ZodInt32>;
    selectPolicy: z.ZodDefault<z.ZodEnum<{ Max: 'Max'; Min: 'Min'; Disabled: 'Disabled' }>>;
    policies: z.ZodDefault<z.ZodArray<typeof policy>>;
  }>
> =>
  defaultedByOperator(
    z
      .object({
        stabilizationWindowSeconds: defaultedByOperator(
          z
            .int32()
            .min(0)
            .max(3_600)
            .describe('Seconds of past recommendations that are considered.')
            .default(defaults.stabilizationWindowSeconds),
        ),
        selectPolicy: defaultedByOperator(
          z
            .enum(['Max', 'Min', 'Disabled'])
            .describe('Which policy counts: the one that allows the largest or the smallest change, or no scaling.')
            .default(defaults.selectPolicy),
        ),
        policies: defaultedByOperator(
          asAtomicList(z.array(policy).min(1).max(8))
            .describe('Bounds of the change.')
            .default([
              { type: 'Percent', value: defaults.percent, periodSeconds: 60 },
              { type: 'Pods', value: defaults.pods, periodSeconds: 60 },
            ]),
        ),
      })
      .describe(what)
      .prefault({}),
  );

const behavior = defaultedByOperator(
  z
    .object({
      scaleUp: direction('How fast pods may be added.', {
        stabilizationWindowSeconds: 60,
        percent: 50,
        pods: 4,
        selectPolicy: 'Max',
      }),
      scaleDown: direction('How fast pods may be removed.', {
        stabilizationWindowSeconds: 300,
        percent: 10,
        pods: 2,
        selectPolicy: 'Min',
      }),
    })
    .describe('Speed of scaling, as in a HorizontalPodAutoscaler.')
    .prefault({}),
);

const utilization = (what: string, percent: number): z.ZodDefault<z.ZodInt32> =>
  defaultedByOperator(z.int32().min(1).max(1_000).describe(what).default(percent));

/** Names of the fields that only mean something while autoscaling is on. */
const ENABLED_FIELDS = [
  'minReplicas',
  'maxReplicas',
  'targetCPUUtilizationPercentage',
  'targetMemoryUtilizationPercentage',
  'behavior',
  'connectionsPerPod',
  'schedules',
] as const;

const minReplicas = '(has(self.minReplicas) ? self.minReplicas : 2)';
const maxReplicas = '(has(self.maxReplicas) ? self.maxReplicas : 10)';

/** The HorizontalPodAutoscaler over the TickStorm's scale. */
export const autoscaling = withRules(
  z.object({
    mode: z
      .enum(['Enabled', 'Disabled'])
      .default('Enabled')
      .describe('Enabled: the autoscaler sets spec.replicas. Disabled: spec.replicas stands as written.'),
    minReplicas: defaultedByOperator(z.int32().min(1).max(1_000).describe('Fewest pods.').default(2)),
    maxReplicas: defaultedByOperator(z.int32().min(1).max(1_000).describe('Most pods.').default(10)),
    targetCPUUtilizationPercentage: utilization('CPU in use, in percent of the requests, that is aimed at.', 70),
    targetMemoryUtilizationPercentage: utilization('Memory in use, in percent of the requests, that is aimed at.', 80),
    behavior,
    connectionsPerPod: z
      .int32()
      .min(1)
      .max(1_000_000)
      .optional()
      .describe(
        'Clients that a pod is to have: the autoscaler keeps at least as many pods as the clients need, between ' +
          'minReplicas and maxReplicas. Absent: only CPU and memory count.',
      ),
    schedules: defaultedByOperator(schedules),
  }),
  [
    {
      rule: `self.mode == 'Enabled' || !(${ENABLED_FIELDS.map((field) => `has(self.${field})`).join(' || ')})`,
      message:
        'autoscaling is both off and on: with mode Disabled, remove minReplicas, maxReplicas, ' +
        'targetCPUUtilizationPercentage, targetMemoryUtilizationPercentage, behavior, connectionsPerPod and schedules; ' +
        'else set mode to Enabled',
      reason: 'FieldValueForbidden',
    },
    {
      rule: `${minReplicas} <= ${maxReplicas}`,
      message: 'minReplicas (default 2) must not be above maxReplicas (default 10)',
      fieldPath: '.minReplicas',
    },
    {
      rule: `!has(self.schedules) || self.schedules.all(schedule, schedule.minReplicas <= ${maxReplicas})`,
      message: 'minReplicas of a schedule must not be above maxReplicas (default 10)',
      fieldPath: '.schedules',
    },
  ],
)
  .describe('Horizontal autoscaling between minReplicas and maxReplicas by CPU and memory.')
  .prefault({});
