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

/** Longest time for which anything waits for a kind that it may have to do without. */
const PATIENCE_MS = 10_000;

/**
 * An informer of a kind that may not be installed: it asks the API server's discovery now and then, and begins to list
 * and watch once the kind is served. When it is taken away again the watch's own lists tell, and when it comes back.
 */
export class OptionalInformer {
  readonly informer: Informer;
  readonly #options: OptionalInformerOptions;
  readonly #settled = Promise.withResolvers<void>();
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

  /**
   * Resolves when it is known whether the kind is served, and what there is of it: who begins before takes it for not
   * installed. Or when that cannot be found out for now.
   */
  get settled(): Promise<void> {
    return this.#settled.promise;
  }

  /** Runs until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    setTimeout(() => this.#settled.resolve(), PATIENCE_MS).unref();
    while (!signal.aborted && !(await this.#look(signal))) {
      this.#settled.resolve();
      await sleep(this.#options.pollMs, undefined, { signal }).catch(() => undefined);
    }
    if (signal.aborted) return;
    this.#isServed = true;
    void this.#tellWhenSynced();
    await this.informer.run(signal);
  }

  async #tellWhenSynced(): Promise<void> {
    await this.informer.synced;
    this.#options.onAvailable();
    this.#settled.resolve();
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
