import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient } from './api-client.ts';
import { Informer, type InformerOptions } from './informer.ts';

export interface OptionalInformerOptions extends InformerOptions {
  readonly client: ApiClient;
  /** Called when the kind can be worked with: at first, and whenever it has come back. */
  readonly onAvailable: () => void;
  /** Time between two looks whether the kind is served, in milliseconds. */
  readonly pollMs: number;
}

/**
 * An informer of a kind that may not be installed: it asks the API server's discovery now and then, and begins to list
 * and watch once the kind is served. When it is taken away again the watch's own lists tell, and when it comes back.
 */
export class OptionalInformer {
  readonly informer: Informer;
  readonly #options: OptionalInformerOptions;
  #isServed = false;

  constructor(options: OptionalInformerOptions) {
    this.#options = options;
    this.informer = new Informer({
      ...options,
      onReturn: () => {
        if (this.isAvailable) options.onAvailable();
      },
    });
  }

  /** Whether the kind is served, as far as is known, and the cache complete. */
  get isAvailable(): boolean {
    return this.#isServed && this.informer.isSynced && !this.informer.isMissing;
  }

  /** Runs until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && !(await this.#look(signal))) {
      await sleep(this.#options.pollMs, undefined, { signal }).catch(() => undefined);
    }
    if (signal.aborted) return;
    this.#isServed = true;
    void this.informer.synced.then(() => this.#options.onAvailable());
    await this.informer.run(signal);
  }

  async #look(signal: AbortSignal): Promise<boolean> {
    const { client, type, logger } = this.#options;
    try {
      return await client.serves(type, { signal });
    } catch (error) {
      if (!signal.aborted) logger.warn('discovery failed, trying again', { kind: type.kind, error: String(error) });
      return false;
    }
  }
}
