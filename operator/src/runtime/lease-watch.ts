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
}

const WATCH_SECONDS = 290;
/** Pause after a watch that failed: the attempts to take the lease go on without it. */
const PAUSE_MS = 10_000;

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
    while (!signal.aborted) {
      try {
        await this.#watch(signal, onFree);
      } catch {
        await sleep(PAUSE_MS, undefined, { signal }).catch(() => undefined);
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
      signal,
    });
    for await (const { type, object } of decodeWatch(body, () => undefined)) {
      if (type === 'ERROR') throw new Error(`the watch of the lease failed: ${JSON.stringify(object)}`);
      const spec = trusted<{ readonly holderIdentity?: string } | undefined>(object['spec']);
      if (type === 'DELETED' || (type !== 'BOOKMARK' && (spec?.holderIdentity ?? '') === '')) onFree();
    }
  }
}
