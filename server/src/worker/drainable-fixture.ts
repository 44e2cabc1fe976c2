import type { SessionEvent } from '../session/session-event.ts';
import type { Movable } from './rebalance.ts';

// For tests.

/** A connection that notes what happens to it. */
export class FakeConnection implements Movable {
  isClosing = false;
  closeReason = '';
  readonly session = { isLeaving: false };
  readonly events: SessionEvent[] = [];
  readonly id: number;
  readonly #understandsGoAway: boolean;

  constructor(understandsGoAway: boolean, id = 0) {
    this.id = id;
    this.#understandsGoAway = understandsGoAway;
  }

  raise(event: SessionEvent): void {
    this.events.push(event);
    this.session.isLeaving = event.kind === 'drain' && this.#understandsGoAway;
  }

  close(reason: string): void {
    this.isClosing = true;
    this.closeReason = reason;
  }
}
