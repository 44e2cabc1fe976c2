import { setTimeout as sleep } from 'node:timers/promises';
import type { Informer } from '../runtime/informer.ts';
import type { KubeObject } from '../runtime/kube-object.ts';
import { trusted } from '../runtime/trusted.ts';
import { SERVER_CONTAINER } from '../builders/pod-template.ts';
import type { PodStatus } from './pod-trouble.ts';
import { isKilled, podView, type PodView } from '../scaling/pod-view.ts';
import type { ObservedPod } from '../scaling/rebalancer.ts';
import type { Load } from '../scaling/autoscaler-floor.ts';
import {
  isNews,
  readSample,
  statsOf,
  type EarlierSample,
  type InstanceStats,
  type PodSample,
} from './instance-stats.ts';
import type { Cached } from './namespace-views.ts';

export interface StatsPollerOptions {
  readonly tickStorms: Pick<Informer, 'cache'>;
  /** With an index `instance`. */
  readonly pods: Cached;
  /** Fetches `/stats` of the pod with this address. Fails when it does not answer in time. */
  readonly fetchStats: (address: string, signal: AbortSignal) => Promise<unknown>;
  /** Called with the key of a TickStorm whose numbers have changed. */
  readonly onNews: (key: string) => void;
  /** Called after each round with the pods of a TickStorm that answered in it. */
  readonly onCounted: (key: string, pods: readonly ObservedPod[]) => Promise<void>;
  /** Monotonic, in milliseconds. */
  readonly now: () => number;
  readonly unixNow: () => number;
}

/** Time between two rounds. */
const ROUND_MS = 15_000;
/** Time for which a TickStorm's numbers stay as they were told. */
const QUIET_MS = 30_000;
/** Time for which the last answer of a pod that is silent counts. */
const STALE_MS = 60_000;
/** Pods that are asked at once. */
const CONCURRENCY = 16;

interface KnownPod {
  readonly before: EarlierSample | undefined;
  readonly now: PodSample;
}

interface Told {
  readonly stats: InstanceStats | undefined;
  readonly atMs: number;
}

/**
 * Asks the pods now and then how many clients they have. Reconciling never waits for that: it takes what was found
 * last, and is asked for when that has changed by much.
 */
export class StatsPoller {
  readonly #options: StatsPollerOptions;
  /** By uid. */
  readonly #pods = new Map<string, KnownPod>();
  /** By key of the TickStorm. */
  readonly #told = new Map<string, Told>();

  constructor(options: StatsPollerOptions) {
    this.#options = options;
  }

  /** What was found last; undefined when no pod has answered. */
  statsOf(key: string): InstanceStats | undefined {
    return this.#told.get(key)?.stats;
  }

  /** Clients as they were counted last; undefined when no pod has answered. */
  loadOf(key: string): Load | undefined {
    const pods = this.#podsOf(key);
    const fresh = this.#freshOf(pods);
    if (fresh.length === 0) return undefined;
    const connections = fresh.reduce((sum, { now }) => sum + now.connections, 0);
    return { connections, isComplete: fresh.length === pods.length };
  }

  /** Asks the pods of one TickStorm now. @returns their clients by uid, of those that answer */
  async connections(key: string): Promise<ReadonlyMap<string, number>> {
    const { signal } = new AbortController();
    const begunMs = this.#options.now();
    await Promise.all(this.#podsOf(key).map((pod) => this.#ask(pod, signal)));
    return new Map(this.#countedSince(key, begunMs).map(({ uid, connections }) => [uid, connections]));
  }

  /** Goes round until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.round(signal);
      await sleep(ROUND_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Asks every pod once, and tells what has changed. */
  async round(signal: AbortSignal): Promise<void> {
    const begunMs = this.#options.now();
    const keys = [...this.#options.tickStorms.cache.keys()];
    const pods = keys.flatMap((key) => this.#podsOf(key));
    const waiting = pods.values();
    const askOneByOne = async (): Promise<void> => {
      for (const pod of waiting) await this.#ask(pod, signal);
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, askOneByOne));
    if (signal.aborted) return;
    const uids = new Set(pods.map(({ uid }) => uid));
    for (const uid of this.#pods.keys()) if (!uids.has(uid)) this.#pods.delete(uid);
    const present = new Set(keys);
    for (const key of this.#told.keys()) if (!present.has(key)) this.#told.delete(key);
    for (const key of keys) this.#tell(key);
    for (const key of keys) {
      // One that was deleted meanwhile has been forgotten, and is not to be remembered again.
      if (this.#options.tickStorms.cache.getByKey(key) === undefined) continue;
      await this.#options.onCounted(key, this.#countedSince(key, begunMs));
    }
  }

  /** What those pods said that have answered lately. */
  #freshOf(pods: readonly PodView[]): KnownPod[] {
    const nowMs = this.#options.now();
    const known = pods.flatMap(({ uid }) => this.#pods.get(uid) ?? []);
    return known.filter(({ now }) => nowMs - now.atMs <= STALE_MS);
  }

  /** The pods of a TickStorm that have answered since then. */
  #countedSince(key: string, sinceMs: number): ObservedPod[] {
    return this.#podsOf(key).flatMap(({ uid }) => {
      const sample = this.#pods.get(uid)?.now;
      if (sample === undefined || sample.atMs < sinceMs) return [];
      return [{ uid, connections: sample.connections, errors: sample.errors }];
    });
  }

  /** The pods of a TickStorm that may have clients. */
  #podsOf(key: string): PodView[] {
    const nowMs = this.#options.unixNow();
    return this.#options.pods.cache
      .byIndex('instance', key)
      .filter(isServerStarted)
      .map(podView)
      .filter((pod) => pod.address !== undefined && !isKilled(pod, nowMs));
  }

  async #ask({ uid, address }: PodView, signal: AbortSignal): Promise<void> {
    if (address === undefined || signal.aborted) return;
    try {
      const sample = readSample(await this.#options.fetchStats(address, signal), this.#options.now());
      const last = this.#pods.get(uid)?.now;
      const before = last && { ticksPublished: last.ticksPublished, atMs: last.atMs };
      if (sample !== undefined) this.#pods.set(uid, { before, now: sample });
    } catch {
      // It starts, leaves or hangs: the last answer counts for a while, and probes are the kubelet's business.
    }
  }

  #tell(key: string): void {
    const nowMs = this.#options.now();
    const stats = statsOf(this.#freshOf(this.#podsOf(key)).map(({ before, now }) => [before, now]));
    const told = this.#told.get(key);
    if (!isNews(told?.stats, stats) || (told !== undefined && nowMs - told.atMs < QUIET_MS)) return;
    this.#told.set(key, { stats, atMs: nowMs });
    this.#options.onNews(key);
  }
}

/** Whether the server of a pod has been started: a container that waits after a crash has no clients. */
function isServerStarted(pod: KubeObject): boolean {
  const { containerStatuses = [] } = trusted<PodStatus | undefined>(pod['status']) ?? {};
  return !containerStatuses.some(({ name, state }) => name === SERVER_CONTAINER && state?.waiting !== undefined);
}
