import { describe, expect, it } from '@jest/globals';
import { parseTickStorm } from '../api/v1alpha1/tick-storm.ts';
import { TOLD_CONDITION_REASONS } from '../event-reasons.ts';
import type { ApplyResult } from '../runtime/applier.ts';
import type { EventNote } from '../runtime/event-note.ts';
import type { KubeObject } from '../runtime/kube-object.ts';
import { eventsFor, InstanceEvents } from './instance-events.ts';
import type { Observation } from './observation.ts';
import { observationOf } from './testing/observation-fixture.ts';

const live: KubeObject = {
  apiVersion: 'tickstorm.io/v1alpha1',
  kind: 'TickStorm',
  metadata: { name: 'demo', uid: 'u' },
};

function observation(mode: 'Enabled' | 'Disabled' = 'Enabled'): Observation {
  const parsed = parseTickStorm({
    metadata: { name: 'demo', namespace: 'n', uid: 'u' },
    spec: { autoscaling: { mode } },
  });
  if (!parsed.ok) throw new Error(parsed.problem);
  return observationOf(parsed.value, 'x');
}

const result = (kind: string, change: ApplyResult['change'], extra: Partial<ApplyResult> = {}): ApplyResult => ({
  change,
  object: { apiVersion: 'v1', kind, metadata: { name: 'demo' }, spec: { replicas: 2 } },
  ...extra,
});
const nothing = { changes: [], removed: [], problems: [] };

describe('events', () => {
  it('say nothing when nothing was done', () => {
    expect(eventsFor(observation(), { ...nothing, changes: [result('Role', 'none')] })).toEqual([]);
  });

  it('gather what was made', () => {
    const changes = [result('Role', 'created'), result('Service', 'created'), result('Deployment', 'updated')];
    expect(eventsFor(observation(), { ...nothing, changes }).map(({ reason, note }) => `${reason}: ${note}`)).toEqual([
      'Created: Created Role demo, Service demo',
      'Updated: Updated Deployment demo',
    ]);
  });

  it('tell of new credentials in the event about what was made, and by themselves where nothing else was', () => {
    const credentials = { ready: true, reason: 'SecretGenerated', message: 'made', created: true } as const;
    const texts = (changes: readonly ApplyResult[]): string[] =>
      eventsFor({ ...observation(), credentials }, { ...nothing, changes }).map(
        ({ reason, note }) => `${reason}: ${note}`,
      );
    expect(texts([result('Role', 'created')])).toEqual(['Created: Created Role demo. made']);
    expect(texts([])).toEqual(['CredentialsGenerated: made']);
  });

  it.each([
    ['Disabled', 'a TickStorm has at most 1000 pods'],
    ['Enabled', 'raise spec.autoscaling.minReplicas'],
  ] as const)('tell who scales past the operator what to do instead, autoscaling %s', (mode, advice) => {
    const previous = { ...result('Deployment', 'none').object, spec: { replicas: 5 } };
    const changes = [result('Deployment', 'restored', { previous, changedBy: 'kubectl' })];
    const [event] = eventsFor(observation(mode), { ...nothing, changes });
    expect(event).toMatchObject({ type: 'Warning', reason: 'Restored' });
    expect(event?.note).toContain('was scaled to 5 by "kubectl"');
    expect(event?.note).toContain(advice);
  });

  it('tell that a number of pods was taken over', () => {
    const happenings = { ...nothing, scaledByHand: { replicas: 5, manager: 'kubectl' } };
    expect(eventsFor(observation('Disabled'), happenings)).toEqual([
      expect.objectContaining({ reason: 'ScaledByHand', note: expect.stringContaining('scaled to 5 by "kubectl"') }),
    ]);
  });

  it('tell of problems and of credentials that are not there by the documented reasons of conditions', () => {
    const problems = (['ResourceConflict', 'InvalidPodTemplate', 'ApplyFailed', 'WaitingForDeletion'] as const).map(
      (reason) => ({ reason, message: 'why' }),
    );
    const told = (['SecretNotFound', 'SecretIncomplete', 'ResourceConflict'] as const).flatMap((reason) => {
      const credentials = { ready: false, reason, message: 'why', created: false };
      return eventsFor({ ...observation(), credentials }, { ...nothing, problems }).map((event) => event.reason);
    });
    expect([...new Set(told)].toSorted()).toEqual([...TOLD_CONDITION_REASONS].toSorted());
  });

  it('tell a problem once while it stands, and again when it returns', () => {
    const told: EventNote[] = [];
    const events = new InstanceEvents({ record: (_, note) => told.push(note) });
    const conflict = { ...nothing, problems: [{ reason: 'ResourceConflict', message: 'no' } as const] };
    for (const happenings of [conflict, conflict, nothing, conflict]) events.report(live, observation(), happenings);
    expect(told.map(({ reason }) => reason)).toEqual(['ResourceConflict', 'ResourceConflict']);
  });
});
