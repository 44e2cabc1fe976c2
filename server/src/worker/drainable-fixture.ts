import type { SessionEvent } from '../session/session-event.ts';
import type { Drainable } from './drain.ts';

// For tests.

/** A connection that notes what happens to it. */
export class FakeConnection implements Drainable {
  isClosing = false;
  closeReason = '';
  readonly session = { isLeaving: false };
  readonly events: SessionEvent[] = [];
  readonly #understandsGoAway: boolean;

  constructor(understandsGoAway: boolean) {
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
