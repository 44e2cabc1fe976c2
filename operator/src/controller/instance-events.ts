import type { TickStorm } from '../api/v1alpha1/tick-storm.ts';
import type { TickStormEvent } from '../event-reasons.ts';
import type { ApplyResult } from '../runtime/applier.ts';
import type { EventRecorder } from '../runtime/event-recorder.ts';
import type { KubeObject } from '../runtime/kube-object.ts';
import type { HandScaling } from './hand-scaling.ts';
import type { Observation } from './observation.ts';
import type { Problem } from './problem.ts';
import { trusted } from '../runtime/trusted.ts';

/** What a reconcile did and met. */
export interface Happenings {
  readonly changes: readonly ApplyResult[];
  readonly removed: readonly string[];
  readonly problems: readonly Problem[];
  readonly scaledByHand?: HandScaling | undefined;
  readonly notes?: readonly TickStormEvent[];
}

const nameOf = ({ object }: ApplyResult): string => `${object.kind} ${object.metadata.name}`;

function listed(results: readonly ApplyResult[]): string {
  return results.map(nameOf).join(', ');
}

/** The number that someone has scaled a Deployment to, past the TickStorm. */
function scaledByHand({ object, previous }: ApplyResult): number | undefined {
  if (object.kind !== 'Deployment') return undefined;
  const replicas = (source: KubeObject | undefined): number | undefined =>
    trusted<{ readonly replicas?: number } | undefined>(source?.['spec'])?.replicas;
  return replicas(previous) === replicas(object) ? undefined : replicas(previous);
}

/** Why the number was not taken over, and what to do instead. */
function scaleAdvice({ spec }: TickStorm): string {
  return spec.autoscaling.mode === 'Enabled'
    ? 'the autoscaler decides; raise spec.autoscaling.minReplicas of the TickStorm'
    : 'a TickStorm has at most 1000 pods';
}

/** The events that tell a person what a reconcile did; nothing when it did nothing. */
export function eventsFor(
  { tickStorm, credentials }: Pick<Observation, 'tickStorm' | 'credentials'>,
  happenings: Happenings,
): TickStormEvent[] {
  const of = (change: ApplyResult['change']): ApplyResult[] =>
    happenings.changes.filter((result) => result.change === change);
  const events: TickStormEvent[] = [];
  const normal = (reason: TickStormEvent['reason'], action: string, note: string): void => {
    events.push({ type: 'Normal', reason, action, note });
  };
  const warning = (reason: TickStormEvent['reason'], action: string, note: string): void => {
    events.push({ type: 'Warning', reason, action, note });
  };
  const created = of('created');
  const generated = credentials?.created === true ? credentials.message : undefined;
  if (created.length > 0) {
    const more = generated === undefined ? '' : `. ${generated}`;
    normal('Created', 'Create', `Created ${listed(created)}${more}`);
  } else if (generated !== undefined) {
    normal('CredentialsGenerated', 'Create', generated);
  }
  const hand = happenings.scaledByHand;
  if (hand !== undefined) {
    const note = `The Deployment was scaled to ${hand.replicas} by "${hand.manager}": the TickStorm wants that many now`;
    normal('ScaledByHand', 'Scale', note);
  }
  if (of('updated').length > 0) normal('Updated', 'Update', `Updated ${listed(of('updated'))}`);
  for (const result of of('restored')) {
    const who = result.changedBy === undefined ? 'someone' : `"${result.changedBy}"`;
    const scaled = scaledByHand(result);
    if (scaled !== undefined) {
      warning(
        'Restored',
        'Update',
        `${nameOf(result)} was scaled to ${scaled} by ${who} and has been put back: ${scaleAdvice(tickStorm)}`,
      );
      continue;
    }
    warning(
      'Restored',
      'Update',
      `${nameOf(result)} was changed by ${who} and has been put right; change the TickStorm instead`,
    );
  }
  if (happenings.removed.length > 0) normal('Removed', 'Delete', `Removed ${happenings.removed.join(', ')}`);
  for (const problem of happenings.problems) {
    if (problem.reason !== 'WaitingForDeletion') warning(problem.reason, 'Reconcile', problem.message);
  }
  events.push(...(happenings.notes ?? []));
  if (credentials?.ready === false) warning(credentials.reason, 'Reconcile', credentials.message);
  return events;
}

/** Records the events of reconciles; a problem that stands is told once, not at every look. */
export class InstanceEvents {
  readonly #recorder: Pick<EventRecorder, 'record'>;
  readonly #told = new Map<string, string>();

  constructor(recorder: Pick<EventRecorder, 'record'>) {
    this.#recorder = recorder;
  }

  report(live: KubeObject, observation: Observation, happenings: Happenings): void {
    const uid = live.metadata.uid ?? '';
    const events = eventsFor(observation, happenings);
    const warnings = JSON.stringify(events.filter(({ action }) => action === 'Reconcile'));
    const isToldAlready = this.#told.get(uid) === warnings;
    this.#told.set(uid, warnings);
    for (const event of events) {
      if (event.action !== 'Reconcile' || !isToldAlready) this.#recorder.record(live, event);
    }
  }

  forget(uid: string): void {
    this.#told.delete(uid);
  }
}
