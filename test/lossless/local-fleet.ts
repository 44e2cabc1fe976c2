import { waitFor } from '../cluster/wait.ts';
import type { ClientSpec, Window } from './fleet-message.ts';
import type { Fleet } from './fleet.ts';
import { emptyWindow } from './journal.ts';
import { OriginalClient } from './original-client.ts';
import { ResumingClient } from './resuming-client.ts';

/** Clients that connect at the same time. */
const OPENING = 50;
const OPENED_WITHIN_MS = 60_000;

/** Clients in this process. */
export class LocalFleet implements Fleet {
  readonly #clients: (ResumingClient | OriginalClient)[] = [];
  readonly #failures: unknown[] = [];

  get size(): number {
    return this.#clients.length;
  }

  async open(specs: readonly ClientSpec[]): Promise<void> {
    const onFailure = (error: unknown): void => void this.#failures.push(error);
    for (let from = 0; from < specs.length; from += OPENING) {
      const some = specs.slice(from, from + OPENING).map((spec) => {
        return spec.kind === 'original' ? new OriginalClient(spec, onFailure) : new ResumingClient(spec, onFailure);
      });
      this.#clients.push(...some);
      await waitFor(() => this.#check() && some.every(({ journal }) => journal.last > 0), {
        what: 'every client to get ticks',
        timeoutMs: OPENED_WITHIN_MS,
      });
    }
  }

  highest(): Promise<number> {
    return Promise.resolve(Math.max(0, ...this.#clients.map(({ journal }) => journal.last)));
  }

  async settle(sequence: number, withinMs: number): Promise<number> {
    const late = (): (ResumingClient | OriginalClient)[] =>
      this.#clients.filter(({ journal }) => !journal.isUpTo(sequence));
    await waitFor(() => this.#check() && late().length === 0, { what: 'every client', timeoutMs: withinMs }).catch(
      () => {},
    );
    this.#check();
    const waitedFor = late();
    for (const { journal } of waitedFor) journal.closeAt(sequence);
    return waitedFor.length;
  }

  window(): Promise<{ resuming: Window; original: Window }> {
    const windows = { resuming: emptyWindow(), original: emptyWindow() };
    for (const { kind, journal } of this.#clients) journal.moveInto(windows[kind]);
    return Promise.resolve(windows);
  }

  async close(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.close()));
  }

  /** @throws what a client failed with for good */
  #check(): true {
    if (this.#failures.length > 0) throw this.#failures[0];
    return true;
  }
}
