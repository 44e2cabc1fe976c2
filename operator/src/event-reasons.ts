import type { Reason } from './controller/reasons.ts';
import type { EventNote } from './runtime/event-note.ts';

/** The closed list of reasons of events about a TickStorm that are no reasons of conditions, with what each of them tells. */
export const EVENT_REASONS = {
  Created: 'Objects were made, and with them the credentials where the message says so.',
  CredentialsGenerated: 'The credentials were made, and nothing else.',
  Updated: 'Objects follow a change of what is declared.',
  Restored:
    'An object that somebody else had changed, or scaled, was put right; the message says who, and what to do instead.',
  Removed: 'Objects that are no longer asked for were removed.',
  ScaledByHand: 'The Deployment was scaled, and the TickStorm wants that many pods now.',
  Draining: 'A pod drains, because fewer are wanted.',
  DrainAborted: 'A pod that drained serves again, or cannot be taken back.',
  DrainUnanswered: 'A pod does not say how far its drain is; it goes at its deadline all the same.',
  DrainDeadlineExceeded: 'A pod goes at the deadline of its drain, with clients left.',
  Rebalancing: 'Pods with more than their share of the clients ask some to connect elsewhere.',
  RebalanceStopped: 'That did harm, or nothing: clients are not asked again for a while.',
} as const;

/** Reasons of conditions that an event tells too. */
export const TOLD_CONDITION_REASONS = [
  'ResourceConflict',
  'InvalidPodTemplate',
  'ApplyFailed',
  'SecretNotFound',
  'SecretIncomplete',
] as const satisfies readonly Reason[];

/** An event about a TickStorm. */
export interface TickStormEvent extends EventNote {
  readonly reason: keyof typeof EVENT_REASONS | Reason;
}
