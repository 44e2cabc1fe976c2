import type { Writable } from 'node:stream';

/**
 * The writing end of the link between supervisor and worker. Packets are gathered and leave in one system call: a
 * thousand clients that log in at once are then some calls and not thousands.
 */
export class LinkWriter {
  readonly #link: Writable;
  #isGathering = false;
  #isUrgent = false;

  constructor(link: Writable) {
    this.#link = link;
  }

  /** Sends a packet before the event loop waits again. */
  write(packet: Buffer): void {
    if (this.#link.destroyed) return;
    if (!this.#isGathering) setImmediate(this.#release);
    this.#gather(packet);
  }

  /** Sends a packet, and all before it, as soon as the running callback returns. */
  writeUrgent(packet: Buffer): void {
    if (this.#link.destroyed) return;
    if (!this.#isUrgent) process.nextTick(this.#release);
    this.#isUrgent = true;
    this.#gather(packet);
  }

  #gather(packet: Buffer): void {
    if (!this.#isGathering) this.#link.cork();
    this.#isGathering = true;
    this.#link.write(packet);
  }

  readonly #release = (): void => {
    if (!this.#isGathering) return;
    this.#isGathering = false;
    this.#isUrgent = false;
    this.#link.uncork();
  };
}
