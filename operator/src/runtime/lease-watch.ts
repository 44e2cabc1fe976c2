import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient } from './api-client.ts';
import type { ResourceType } from './resource-type.ts';
import { trusted } from './trusted.ts';
import { decodeWatch } from './watch-events.ts';

export const LEASES: ResourceType = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', plural: 'leases' };

export interface LeaseWatchOptions {
  readonly client: Pick<ApiClient, 'watch'>;
  readonly namespace: string;
  readonly name: string;
  /** Time after which a watch that does not end is given up. */
  readonly longestMs?: number;
  /** Waits for some milliseconds, or until the signal aborts. */
  readonly pause?: (delayMs: number, signal: AbortSignal) => Promise<void>;
}

const WATCH_SECONDS = 290;
/** The server should have ended a watch by then: the connection is dead, though it may be kept up in between. */
const LONGEST_WATCH_MS = (WATCH_SECONDS + 30) * 1_000;
/** Pause after a watch that failed: the attempts to take the lease go on without it. */
const PAUSE_MS = 10_000;
/** Pause after a watch that ended as soon as it began; twice as long after each further one. */
const FIRST_PAUSE_MS = 500;
/** A watch that lived shorter ended as soon as it began. */
const SHORT_MS = 1_000;

const sleepFor = async (delayMs: number, signal: AbortSignal): Promise<void> =>
  await sleep(delayMs, undefined, { signal }).catch(() => undefined);

/**
 * Watches one Lease for the moment in which its holder gives it up. client-go's stand-by notices at its next attempt
 * only, two to four seconds apart.
 */
export class LeaseWatch {
  readonly #options: LeaseWatchOptions;

  constructor(options: LeaseWatchOptions) {
    this.#options = options;
  }

  /** Calls back whenever the Lease is seen without a holder, until the signal aborts. Never rejects. */
  async run(signal: AbortSignal, onFree: () => void): Promise<void> {
    const { pause = sleepFor } = this.#options;
    let shortOnes = 0;
    while (!signal.aborted) {
      const startedMs = performance.now();
      try {
        await this.#watch(signal, onFree);
        // A watch that the server ends at once would otherwise be a busy loop, past the rate limit.
        shortOnes = performance.now() - startedMs < SHORT_MS ? shortOnes + 1 : 0;
        if (shortOnes > 0) await pause(Math.min(FIRST_PAUSE_MS * 2 ** (shortOnes - 1), PAUSE_MS), signal);
      } catch {
        await pause(PAUSE_MS, signal);
      }
    }
  }

  async #watch(signal: AbortSignal, onFree: () => void): Promise<void> {
    const { client, namespace, name } = this.#options;
    const body = await client.watch(LEASES, namespace, {
      fieldSelector: `metadata.name=${name}`,
      // From the present state on.
      resourceVersion: '',
      timeoutSeconds: WATCH_SECONDS,
      signal: AbortSignal.any([signal, AbortSignal.timeout(this.#options.longestMs ?? LONGEST_WATCH_MS)]),
    });
    for await (const { type, object } of decodeWatch(body)) {
      if (type === 'ERROR') throw new Error(`the watch of the lease failed: ${JSON.stringify(object)}`);
      const spec = trusted<{ readonly holderIdentity?: string } | undefined>(object['spec']);
      if (type === 'DELETED' || (type !== 'BOOKMARK' && (spec?.holderIdentity ?? '') === '')) onFree();
    }
  }
}
