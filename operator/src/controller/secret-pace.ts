import { createHash, randomBytes } from 'node:crypto';
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
  /** Which Secrets a new leader looks at first depends on it; random by default. */
  readonly salt?: string;
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
 * that runs needs them, so that there is time: with few TickStorms five minutes, with a thousand three hours. A new
 * leader goes through those that the status vouches for at the same ten a minute, instead of asking for all at once;
 * in another order than the one before, so that none stays last where leaders do not live that long.
 */
export class SecretPace {
  readonly #options: SecretPaceOptions;
  readonly #salt: string;
  /** When the first question came: a stand-by asks none. */
  #startedMs: number | undefined;
  /** Uids of TickStorms whose reconcile has been told that their Secrets may wait, and has not asked how long. */
  readonly #vouchedFor = new Set<string>();

  constructor(options: SecretPaceOptions) {
    this.#options = options;
    this.#salt = options.salt ?? randomBytes(16).toString('hex');
  }

  /** Whether what was found at this time still counts. */
  isFresh(tickStorm: TickStorm, atMs: number): boolean {
    return this.#options.now() - atMs < this.periodMs(tickStorm);
  }

  /** Whether Secrets that this process has not looked at, and that the status vouches for, may wait still. */
  mayWait(tickStorm: TickStorm): boolean {
    const mayWait = this.#firstLookInMs(tickStorm) > 0 && !this.#hasUnreadyPods(tickStorm);
    if (mayWait) this.#vouchedFor.add(tickStorm.metadata.uid);
    return mayWait;
  }

  forget(uid: string): void {
    this.#vouchedFor.delete(uid);
  }

  /**
   * Time until the TickStorm's Secrets are due, to be asked once at the end of its reconcile. What `mayWait` has said
   * counts for that reconcile alone: in the next one nobody may ask it, and all is looked at.
   */
  waitMs(tickStorm: TickStorm): number {
    const periodMs = this.periodMs(tickStorm);
    if (!this.#vouchedFor.delete(tickStorm.metadata.uid)) return periodMs;
    return Math.min(Math.max(this.#firstLookInMs(tickStorm), 0), periodMs);
  }

  /** Time from one look at the TickStorm's Secrets to the next. */
  periodMs(tickStorm: TickStorm): number {
    if (this.#hasUnreadyPods(tickStorm)) return UNREADY_MS;
    const sharedMs = Math.max(LEAST_MS, this.#roundMs());
    return Math.round(sharedMs * (1 - SPREAD / 2 + SPREAD * fractionOf(tickStorm.metadata.uid)));
  }

  /** Time that one look at the Secrets of all takes at the least gap. */
  #roundMs(): number {
    return this.#options.tickStorms.cache.size * SECRETS_PER_TICK_STORM * GAP_MS;
  }

  #firstLookInMs({ metadata }: TickStorm): number {
    const nowMs = this.#options.now();
    this.#startedMs ??= nowMs;
    return Math.round(this.#startedMs + this.#roundMs() * fractionOf(this.#salt + metadata.uid) - nowMs);
  }

  #hasUnreadyPods({ metadata }: TickStorm): boolean {
    const own = this.#options.pods.cache.byIndex('instance', objectKey(metadata.namespace, metadata.name));
    return own.some((pod) => pod.metadata.deletionTimestamp === undefined && !isReady(pod['status']));
  }
}

function isReady(status: unknown): boolean {
  const { conditions = [] } =
    trusted<{ conditions?: readonly { type: string; status: string }[] } | undefined>(status) ?? {};
  return conditions.some(({ type, status: holds }) => type === 'Ready' && holds === 'True');
}

/** From 0 to 1, the same for the same text. */
function fractionOf(text: string): number {
  return createHash('sha256').update(text).digest().readUInt16BE() / 0xffff;
}
