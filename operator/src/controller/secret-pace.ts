import { createHash } from 'node:crypto';
import type { TickStorm } from '../api/v1alpha1/tick-storm.ts';
import { objectKey } from '../runtime/kube-object.ts';
import { trusted } from '../runtime/trusted.ts';
import type { Cached } from './namespace-views.ts';

export interface SecretPaceOptions {
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
  readonly tickStorms: { readonly cache: { readonly size: number } };
  /** With an index `instance`. */
  readonly pods: Cached;
}

/** Least time between two looks at a Secret that was in order. */
const LEAST_MS = 5 * 60_000;
/** Time between two looks at any Secrets, so that many TickStorms together ask for ten a minute. */
const GAP_MS = 6_000;
const SECRETS_PER_TICK_STORM = 2;
/** While pods do not get ready a Secret may be what they lack. */
const UNREADY_MS = 15_000;
/** By how much the times of TickStorms differ, so that those that were looked at together are not again. */
const SPREAD = 0.4;

/**
 * How often Secrets are looked at. No watch tells when one goes, since a watch would open the contents of all; nothing
 * that runs needs them, so that there is time: with few TickStorms five minutes, with a thousand three hours.
 */
export class SecretPace {
  readonly #options: SecretPaceOptions;

  constructor(options: SecretPaceOptions) {
    this.#options = options;
  }

  /** Whether what was found at this time still counts. */
  isFresh(tickStorm: TickStorm, atMs: number): boolean {
    return this.#options.now() - atMs < this.periodMs(tickStorm);
  }

  /** Time from one look at the TickStorm's Secrets to the next. */
  periodMs({ metadata }: TickStorm): number {
    const { tickStorms, pods } = this.#options;
    const own = pods.cache.byIndex('instance', objectKey(metadata.namespace, metadata.name));
    if (own.some((pod) => pod.metadata.deletionTimestamp === undefined && !isReady(pod['status']))) return UNREADY_MS;
    const sharedMs = Math.max(LEAST_MS, tickStorms.cache.size * SECRETS_PER_TICK_STORM * GAP_MS);
    return Math.round(sharedMs * (1 - SPREAD / 2 + SPREAD * fractionOf(metadata.uid)));
  }
}

function isReady(status: unknown): boolean {
  const { conditions = [] } =
    trusted<{ conditions?: readonly { type: string; status: string }[] } | undefined>(status) ?? {};
  return conditions.some(({ type, status: holds }) => type === 'Ready' && holds === 'True');
}

/** From 0 to 1, the same for the same uid. */
function fractionOf(uid: string): number {
  return createHash('sha256').update(uid).digest().readUInt16BE() / 0xffff;
}
