import { describe, expect, it } from '@jest/globals';
import { parseTickStorm } from '../api/v1alpha1/tick-storm.ts';
import { autoscalerFloor, type AutoscalerFloor, type FloorQuestion } from './autoscaler-floor.ts';

const open = { name: 'open', start: '0 9 * * *', durationMinutes: 60, minReplicas: 4 };
const late = { name: 'late', start: '30 9 * * *', durationMinutes: 60, minReplicas: 6 };

function floor(autoscaling: object, question: Partial<FloorQuestion> = {}): AutoscalerFloor {
  const parsed = parseTickStorm({ metadata: { name: 'a', namespace: 'n', uid: 'u' }, spec: { autoscaling } });
  if (!parsed.ok) throw new Error(parsed.problem);
  return autoscalerFloor({
    autoscaling: parsed.value.spec.autoscaling,
    most: 10,
    load: { connections: 0, isComplete: true },
    before: undefined,
    nowMs: Date.UTC(2026, 0, 5, 8),
    ...question,
  });
}
const clients = (connections: number, isComplete = true): FloorQuestion['load'] => ({ connections, isComplete });

describe('the fewest pods of the autoscaler', () => {
  it('are those declared when nothing asks for more', () => {
    expect(floor({}, { load: clients(9_999), before: 7 })).toEqual({
      replicas: 2,
      connected: 0,
      because: 'minReplicas',
      active: [],
      nextEdgeMs: undefined,
      problems: [],
    });
  });

  it.each<[string, Partial<FloorQuestion>, number, string]>([
    ['as many as the clients need', { load: clients(450), before: 2 }, 5, 'connections'],
    ['no fewer than declared', { load: clients(50), before: 2 }, 2, 'minReplicas'],
    ['no more than may be', { load: clients(5_000), before: 2 }, 10, 'connections'],
    ['no more than the quota lets be', { load: clients(5_000), before: 2, most: 7 }, 7, 'connections'],
    ['as many as before while a pod fewer is barely enough', { load: clients(395), before: 5 }, 5, 'connections'],
    ['as before while no pod has answered', { load: undefined, before: 6 }, 6, 'connections'],
    ['as before at least while a pod has not answered', { load: clients(100, false), before: 6 }, 6, 'connections'],
    ['more already while a pod has not answered', { load: clients(800, false), before: 6 }, 8, 'connections'],
  ])('by clients are %s', (_, question, replicas, because) => {
    expect(floor({ connectionsPerPod: 100 }, question)).toMatchObject({ replicas, because });
  });

  it('do not hold what a schedule has raised while a pod has not answered', () => {
    const question = { load: clients(100, false), before: 3, nowMs: Date.UTC(2026, 0, 5, 9) };
    const autoscaling = { connectionsPerPod: 100, schedules: [open] };
    expect(floor(autoscaling, question)).toMatchObject({ replicas: 4, connected: 3, because: 'schedule' });
    const after = { ...question, nowMs: Date.UTC(2026, 0, 5, 11) };
    expect(floor(autoscaling, after)).toMatchObject({ replicas: 3, connected: 3, because: 'connections' });
  });

  it.each([
    [8, 0, 2, 'minReplicas', []],
    [9, 0, 4, 'schedule', ['open']],
    [9, 45, 6, 'schedule', ['open', 'late']],
    [10, 15, 6, 'schedule', ['late']],
    [11, 0, 2, 'minReplicas', []],
  ])('by schedules at %d:%d are %d', (hour, minute, replicas, because, active) => {
    const found = floor({ schedules: [open, late] }, { nowMs: Date.UTC(2026, 0, 5, hour, minute) });
    expect(found).toMatchObject({ replicas, because, active });
  });

  it('tell when a schedule changes them next', () => {
    expect(floor({ schedules: [late, open] }).nextEdgeMs).toBe(Date.UTC(2026, 0, 5, 9));
  });

  it('leave out a schedule that cannot be understood, and say so', () => {
    const found = floor(
      { schedules: [{ ...late, timeZone: 'Nowhere' }, open] },
      { nowMs: Date.UTC(2026, 0, 5, 9, 45) },
    );
    expect(found).toMatchObject({ replicas: 4, active: ['open'] });
    expect(found.problems).toEqual(['schedule late: timeZone "Nowhere" is no IANA time zone such as America/New_York']);
  });
});
