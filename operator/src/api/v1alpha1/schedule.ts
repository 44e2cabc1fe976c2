import { z } from 'zod';
import { asMapList, asSet, defaultedByOperator, withRules } from './markers.ts';

const cron = (what: string): z.ZodString =>
  withRules(
    z
      .string()
      .min(1)
      .max(128)
      .describe(
        `${what}, as cron has it: minute, hour, day of month, month, day of week, such as "30 9 * * MON-FRI". An hour ` +
          'that a change of the clocks leaves out counts as the moment after it, one that comes twice counts once.',
      ),
    [
      {
        rule: "self.matches('^[^ ]+( +[^ ]+){4}$')",
        message: 'must have five fields (minute, hour, day of month, month, day of week), such as "30 9 * * MON-FRI"',
      },
    ],
  );

const day = z.string().max(10);

const schedule = withRules(
  z.object({
    name: z
      .string()
      .min(1)
      .max(63)
      .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/)
      .describe('Name in conditions.'),
    start: cron('When the pods are to be there'),
    end: cron('When they need not be there any more').optional(),
    durationMinutes: z
      .int32()
      .min(1)
      .max(10_080)
      .optional()
      .describe('Minutes from start for which they are to be there; instead of end. At most a week.'),
    timeZone: defaultedByOperator(
      z
        .string()
        .min(1)
        .max(64)
        .regex(/^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)*$/)
        .default('UTC')
        .describe('IANA time zone of start, end and holidays, such as America/New_York.'),
    ),
    minReplicas: z.int32().min(1).max(1_000).describe('Fewest pods meanwhile; at most autoscaling.maxReplicas.'),
    preWarmMinutes: defaultedByOperator(
      z.int32().min(0).max(1_440).default(0).describe('Minutes before start at which the pods are asked for.'),
    ),
    holidays: defaultedByOperator(
      withRules(asSet(z.array(day).max(366)), [
        {
          rule: "self.all(day, day.matches('^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$'))",
          message: 'must be days such as 2026-12-25',
        },
      ])
        .default([])
        .describe('Days (YYYY-MM-DD in the time zone) on which it does not start.'),
    ),
  }),
  [
    {
      rule: 'has(self.end) != has(self.durationMinutes)',
      message: 'a schedule needs either end or durationMinutes',
      reason: 'FieldValueRequired',
    },
  ],
);

/** Times at which the autoscaler keeps more pods. */
export const schedules = asMapList(z.array(schedule).max(16), ['name'])
  .default([])
  .describe('Times at which the autoscaler keeps more pods than minReplicas, such as while a market is open.');

export type Schedule = z.output<typeof schedule>;
