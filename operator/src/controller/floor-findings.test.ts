import { describe, expect, it } from '@jest/globals';
import { parseTickStorm, type TickStorm } from '../api/v1alpha1/tick-storm.ts';
import { floorFindings } from './floor-findings.ts';
import type { Observation } from './observation.ts';

function tickStorm(spec: object): TickStorm {
  const parsed = parseTickStorm({ metadata: { name: 'demo', namespace: 'n', uid: 'u' }, spec });
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.value;
}

describe('the conditions', () => {
  const floor = {
    replicas: 4,
    connected: 0,
    because: 'schedule',
    active: ['open'],
    nextEdgeMs: 0,
    problems: [],
  } as const;
  const schedules = [{ name: 'open', start: '0 9 * * *', durationMinutes: 60, minReplicas: 4 }];

  it.each<[string, Pick<Observation, 'floor' | 'tickStorm'>, object[]]>([
    [
      'by a schedule',
      { floor, tickStorm: tickStorm({ autoscaling: { schedules } }) },
      [
        {
          type: 'FloorRaised',
          status: 'True',
          reason: 'ScheduleActive',
          message: 'The autoscaler keeps 4 pods at least, 2 are declared: open is active',
        },
        {
          type: 'SchedulesValid',
          status: 'True',
          reason: 'SchedulesUnderstood',
          message: 'Active: open; next change at 1970-01-01T00:00:00Z',
        },
      ],
    ],
    [
      'by its clients',
      {
        floor: { ...floor, because: 'connections', active: [] },
        tickStorm: tickStorm({ autoscaling: { connectionsPerPod: 9 } }),
      },
      [
        {
          type: 'FloorRaised',
          status: 'True',
          reason: 'ClientsNeedPods',
          message: 'The autoscaler keeps 4 pods at least, 2 are declared: 9 clients a pod',
        },
      ],
    ],
    [
      'not, with a schedule that means nothing',
      {
        floor: { ...floor, replicas: 2, because: 'minReplicas', active: [], problems: ['schedule open: what?'] },
        tickStorm: tickStorm({ autoscaling: { schedules } }),
      },
      [{ type: 'SchedulesValid', status: 'False', reason: 'InvalidSchedule', message: 'schedule open: what?' }],
    ],
  ])('of a service whose floor is raised %s', (_, observation, expected) => {
    expect(floorFindings(observation)).toEqual(expected);
  });
});
