import type { TickStormClient } from '@tick-storm/client';
import { waitFor } from '../cluster/wait.ts';
import { PATIENCE_MS } from './live-tick-storm.ts';

/** Follows all symbols; with those the numbers of the ticks have no hole. */
export class Witness {
  readonly sequences: number[] = [];
  readonly #client: TickStormClient;
  readonly #following: Promise<void>;

  constructor(client: TickStormClient) {
    this.#client = client;
    this.#following = this.#follow();
  }

  /** Waits for more ticks, and closes. */
  async finish(): Promise<void> {
    const seen = this.sequences.length;
    await waitFor(() => this.sequences.length > seen + 100, { what: 'more ticks', timeoutMs: PATIENCE_MS });
    await this.#client.close();
    await this.#following;
  }

  async #follow(): Promise<void> {
    for await (const { isSnapshot, sequence } of this.#client.subscribe()) {
      if (!isSnapshot) this.sequences.push(sequence!);
    }
  }
}
