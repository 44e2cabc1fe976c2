import { connect, type TickStormClient } from '@tick-storm/client';
import type { ClientSpec } from './fleet-message.ts';
import { Journal } from './journal.ts';
import { SYMBOLS } from './rounds.ts';

/** A client of the library, which keeps a journal of what it is handed. */
export class ResumingClient {
  readonly kind = 'resuming';
  readonly journal: Journal;
  readonly #client: TickStormClient;
  readonly #following: Promise<void>;
  #isSubscribed = false;

  constructor({ address, username, password, ca, indices }: ClientSpec, onFailure: (error: unknown) => void) {
    this.journal = new Journal(indices);
    this.#client = connect({
      address,
      username,
      password,
      clientId: 'ledger',
      ...(ca !== undefined && { tls: { ca, servername: 'localhost' } }),
      reconnect: { retryInitial: true, maxDelayMs: 2_000 },
      // Less than it takes to learn that nobody is there: a lost node refuses nothing.
      connectTimeoutMs: 3_000,
      heartbeatIntervalMs: 4_000,
      heartbeatTimeoutMs: 10_000,
      bufferTicks: 4_000,
    });
    this.#client.on('state', ({ state }) => {
      if (state === 'waiting') this.journal.closed();
      if (state !== 'subscribed') return;
      if (this.#isSubscribed) this.journal.subscribed();
      this.#isSubscribed = true;
    });
    this.#client.on('gap', () => this.journal.gap());
    this.#following = this.#follow(indices).catch(onFailure);
  }

  async close(): Promise<void> {
    await this.#client.close();
    await this.#following;
  }

  async #follow(indices: readonly number[]): Promise<void> {
    const symbols = indices.length === SYMBOLS.length ? [] : indices.map((index) => SYMBOLS[index]!);
    for await (const { isSnapshot, sequence, symbol } of this.#client.subscribe({ symbols })) {
      if (!isSnapshot) this.journal.tick(sequence!, symbol);
    }
  }
}
