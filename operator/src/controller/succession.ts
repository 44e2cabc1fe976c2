import type { TickStorm } from '../api/v1alpha1/tick-storm.ts';
import type { ApiClient } from '../runtime/api-client.ts';
import type { KubeObject } from '../runtime/kube-object.ts';
import { TICK_STORM } from './kinds.ts';
import { ownershipFor } from './ownership.ts';

export interface SuccessionOptions {
  readonly client: Pick<ApiClient, 'get'>;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
}

/** Time that garbage collection gets; as a rule it takes less than a second. */
const PATIENCE_MS = 30_000;
const MOST_REMEMBERED = 10_000;

/**
 * Decides when a TickStorm takes over what a deleted one of its name has left. Garbage collection should have removed
 * it, but never does when the former TickStorm was deleted and made anew while the collector's watch was broken, as
 * when the API server restarts: it sees a change of one object then, and no deletion.
 */
export class Succession {
  readonly #options: SuccessionOptions;
  /** By uid of the object: since when it has been found left. */
  readonly #leftSince = new Map<string, number>();

  constructor(options: SuccessionOptions) {
    this.#options = options;
  }

  /** Whether the object is to become the TickStorm's: it was left for long, and the former TickStorm is surely gone. */
  async mayTake(tickStorm: TickStorm, live: KubeObject | undefined): Promise<boolean> {
    const uid = live?.metadata.uid;
    if (live === undefined || uid === undefined || live.metadata.deletionTimestamp !== undefined) return false;
    if (ownershipFor(tickStorm)(live) !== 'leaving') return false;
    const nowMs = this.#options.now();
    const leftSinceMs = this.#leftSince.get(uid);
    if (leftSinceMs === undefined) {
      // Most are collected and never asked for again.
      if (this.#leftSince.size >= MOST_REMEMBERED) this.#leftSince.clear();
      this.#leftSince.set(uid, nowMs);
      return false;
    }
    if (nowMs - leftSinceMs < PATIENCE_MS || !(await this.#isPresent(tickStorm))) return false;
    this.#leftSince.delete(uid);
    return true;
  }

  /** The cache may be behind, and the object a newer TickStorm's than the one that it holds. */
  async #isPresent({ metadata }: TickStorm): Promise<boolean> {
    const present = await this.#options.client.get(TICK_STORM, metadata.namespace, metadata.name);
    return present?.metadata.uid === metadata.uid && present.metadata.deletionTimestamp === undefined;
  }
}
