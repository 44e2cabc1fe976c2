import type { TickStorm } from '../api/v1alpha1/tick-storm.ts';
import type { EventNote } from '../runtime/event-note.ts';
import type { PodAdmin } from './pod-admin.ts';
import type { PodView } from './pod-view.ts';
import { crowdedPods, shedRate, type CountedPod, type Shed } from './shedding.ts';

/** A TickStorm at rest: no pod starts, leaves or drains. */
export interface Settled {
  readonly tickStorm: TickStorm;
  /** Its pods, all ready and in service. */
  readonly pods: readonly PodView[];
  /** Bearer token of the admin ports. */
  readonly token: string;
}

export interface RebalancerOptions {
  readonly admin: Pick<PodAdmin, 'rebalance'>;
  /** The TickStorm of this key if it is at rest. */
  readonly settled: (key: string) => Settled | undefined;
  /** Of the TickStorm of this key. */
  readonly tell: (key: string, note: EventNote) => void;
  /** Monotonic, in milliseconds. */
  readonly now: () => number;
}

/** What is asked of pods at a time is done within this; then they are counted again. */
const ROUND_MS = 30_000;
/** Clients that were told to move have this long to do so. */
const MOVE_MS = 15_000;
/** Clients that a pod can be asked to move a second at least. */
const LEAST_RATE = 0.1;
/** Part of all clients that may be missing after they were asked to move. */
const LOST_RATIO = 0.05;
/** Pause after a round that did harm, or nothing; doubles with each further one. */
const FIRST_PAUSE_MS = 60_000;
const LONGEST_PAUSE_MS = 30 * 60_000;

interface Round {
  readonly untilMs: number;
  /** All pods as they were. */
  readonly before: readonly CountedPod[];
  /** Pods that were asked, by uid. */
  readonly asked: ReadonlySet<string>;
}

interface Progress {
  readonly round: Round | undefined;
  /** Rounds in a row that failed. */
  readonly failures: number;
  readonly pausedUntilMs: number;
}

const FRESH: Progress = { round: undefined, failures: 0, pausedUntilMs: Number.NEGATIVE_INFINITY };

/**
 * Levels the clients of a TickStorm's pods after pods have come: crowded pods ask some of theirs to connect elsewhere,
 * at the rate of one drain. It stops when clients do not come back, or do not go.
 */
export class Rebalancer {
  readonly #options: RebalancerOptions;
  /** By key of the TickStorm. Lost with the operator: the next one counts anew. */
  readonly #progress = new Map<string, Progress>();

  constructor(options: RebalancerOptions) {
    this.#options = options;
  }

  /** Looks at a TickStorm of which these pods have just been counted. */
  async consider(key: string, counts: readonly CountedPod[]): Promise<void> {
    const crowded = crowdedPods(counts);
    // Most of the time there is nothing to do, and nothing to look up.
    if (crowded.length === 0 && !this.#progress.has(key)) return;
    const settled = this.#options.settled(key);
    if (settled === undefined || settled.pods.length !== counts.length) {
      // What becomes of a round in the middle of other changes tells nothing.
      this.#progress.delete(key);
      return;
    }
    const nowMs = this.#options.now();
    const { round, failures, pausedUntilMs } = this.#progress.get(key) ?? FRESH;
    if (nowMs < Math.max(pausedUntilMs, round?.untilMs ?? pausedUntilMs)) return;
    const failure = round === undefined ? undefined : failureOf(round, counts);
    if (failure !== undefined) {
      const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** failures, LONGEST_PAUSE_MS);
      this.#progress.set(key, { round: undefined, failures: failures + 1, pausedUntilMs: nowMs + pauseMs });
      // Once may be chance: clients that move can come back to the pod that they left.
      if (failures === 0) return;
      const note = `${failure}; clients are asked again in ${pauseMs / 60_000} min at the earliest`;
      this.#options.tell(key, { type: 'Warning', reason: 'RebalanceStopped', action: 'Rebalance', note });
      return;
    }
    if (crowded.length === 0) {
      this.#progress.delete(key);
      return;
    }
    const asked = await this.#shed(key, settled, crowded);
    const next = { untilMs: nowMs + ROUND_MS, before: counts, asked };
    this.#progress.set(key, { ...FRESH, round: next, failures });
  }

  forget(key: string): void {
    this.#progress.delete(key);
  }

  /** @returns the pods that were asked, by uid */
  async #shed(
    key: string,
    { tickStorm, pods, token }: Settled,
    crowded: readonly Shed[],
  ): Promise<ReadonlySet<string>> {
    const asked = new Set<string>();
    for (const { uid, connections, excess, share } of crowded) {
      const pod = pods.find((candidate) => candidate.uid === uid);
      if (pod?.address === undefined) continue;
      const perSecond = Math.max(shedRate(share, tickStorm.spec.server.drainSeconds) / crowded.length, LEAST_RATE);
      const shed = Math.min(excess, Math.max(Math.floor((perSecond * (ROUND_MS - MOVE_MS)) / 1_000), 1));
      try {
        await this.#options.admin.rebalance({ address: pod.address, token }, shed, perSecond);
      } catch {
        // It is counted again after the round, and asked again if it answers then.
        continue;
      }
      asked.add(uid);
      const note =
        `Pod ${pod.name} has ${connections} clients, its share is ${Math.round(share)}: ` +
        `${shed} are asked to connect elsewhere`;
      this.#options.tell(key, { type: 'Normal', reason: 'Rebalancing', action: 'Rebalance', note });
    }
    return asked;
  }
}

const sum = (pods: readonly CountedPod[]): number => pods.reduce((total, { connections }) => total + connections, 0);

/** Why a round was no success; undefined when it was one. */
function failureOf({ before, asked }: Round, pods: readonly CountedPod[]): string | undefined {
  if (sum(pods) < sum(before) * (1 - LOST_RATIO)) {
    return `Of ${sum(before)} clients ${sum(pods)} are left after some were asked to move`;
  }
  const hadBefore = new Map(before.map(({ uid, connections }) => [uid, connections]));
  const hasMoved = pods.some(({ uid, connections }) => asked.has(uid) && connections < (hadBefore.get(uid) ?? 0));
  return hasMoved || asked.size === 0 ? undefined : 'No client that was asked to move has moved';
}
