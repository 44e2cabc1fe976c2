import type { TickStorm } from '../api/v1alpha1/tick-storm.ts';
import type { TickStormEvent } from '../event-reasons.ts';
import { ArrivalTrial } from './arrival-trial.ts';
import type { PodAdmin } from './pod-admin.ts';
import { errorsBetween, type ErrorMark, type PodErrors } from './pod-errors.ts';
import type { PodView } from './pod-view.ts';
import { areLevel, areUneven, clientsOf, shareOf, shedRate, shedsOf, type CountedPod } from './shedding.ts';

/** A pod with what it has told of itself. */
export interface ObservedPod extends CountedPod {
  readonly errors: PodErrors;
}

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
  readonly settled: (key: string) => Promise<Settled | undefined>;
  /** Of the TickStorm of this key. */
  readonly tell: (key: string, event: TickStormEvent) => void;
  /** Monotonic, in milliseconds. */
  readonly now: () => number;
}

/** What is asked of pods at a time is done within this; then they are counted again. */
const ROUND_MS = 30_000;
/** Clients that were told to move have this long to do so. */
const MOVE_MS = 15_000;
/** Rounds go on for this many moves of each client, unless pods are level before. */
const MOST_MOVES = 1.5;
/** Clients that a pod can be asked to move a second at least. */
const LEAST_RATE = 0.1;
/** Part of all clients that may be missing after they were asked to move. */
const LOST_RATIO = 0.05;
/** Errors more than before that are nothing yet, as part of the clients that were asked to move. */
const ERROR_RATIO = 0.05;
/** As many, where that part of the clients would be fewer: a few come by chance. */
const FEW_ERRORS = 3;
/** Pause after a round that did harm, or nothing; doubles with each further one. */
const FIRST_PAUSE_MS = 60_000;
const LONGEST_PAUSE_MS = 30 * 60_000;

interface Round {
  readonly untilMs: number;
  /** The pods before. */
  readonly pods: readonly CountedPod[];
  /** Clients that were asked to move. */
  readonly asked: number;
  /** What the pods told of errors when it began. */
  readonly begun: ErrorMark;
  /** Errors per millisecond before it began. */
  readonly errorRate: number;
}

/** Why no client is asked to move for a while. */
interface Failure {
  readonly why: string;
  /** Once it may be chance: clients that move can come back to the pod that they left. */
  readonly mayBeChance: boolean;
}

/** From when pods were uneven until they are level. */
interface Progress {
  readonly round: Round | undefined;
  /** Of the rounds since it was last known whether clients go where there is room. */
  readonly trial: ArrivalTrial;
  /** Clients that were asked to move in all. */
  readonly asked: number;
  /** Rounds in a row that failed. */
  readonly failures: number;
  readonly pausedUntilMs: number;
}

const FRESH: Progress = {
  round: undefined,
  trial: new ArrivalTrial(),
  asked: 0,
  failures: 0,
  pausedUntilMs: Number.NEGATIVE_INFINITY,
};

/**
 * Levels the clients of a TickStorm's pods after pods have come: pods with more than their share ask some of theirs to
 * connect elsewhere, at the rate of one drain, until all are level. A new connection may come to any pod, so each client
 * is asked about once in all before empty pods have their share. It stops when errors rise or a pod that is to take
 * clients has too little of a resource, when clients do not come back, and when they do not come where there is room:
 * because they do not go, or because the load balancer sends them where they were.
 */
export class Rebalancer {
  readonly #options: RebalancerOptions;
  /** By key of the TickStorm. Lost with the operator: the next one counts anew. */
  readonly #progress = new Map<string, Progress>();
  /** What the pods told last, by the same key. */
  readonly #marks = new Map<string, ErrorMark>();

  constructor(options: RebalancerOptions) {
    this.#options = options;
  }

  /** Looks at a TickStorm of which these pods have just been asked. */
  async consider(key: string, pods: readonly ObservedPod[]): Promise<void> {
    const nowMs = this.#options.now();
    const mark: ErrorMark = { atMs: nowMs, pods: new Map(pods.map(({ uid, errors }) => [uid, errors])) };
    const before = this.#marks.get(key) ?? mark;
    this.#marks.set(key, mark);
    // Most of the time there is nothing to do, and nothing to look up.
    if (!areUneven(pods) && !this.#progress.has(key)) return;
    const settled = await this.#options.settled(key);
    // It has been deleted meanwhile, and forgotten: nobody would forget it again.
    if (this.#marks.get(key) !== mark) return;
    const progress = this.#progress.get(key) ?? FRESH;
    if (settled === undefined || settled.pods.length !== pods.length) {
      // What becomes of a round in the middle of other changes tells nothing. A pause stays what it is.
      if (this.#progress.has(key)) this.#progress.set(key, { ...progress, round: undefined });
      return;
    }
    const { round, failures, pausedUntilMs } = progress;
    if (nowMs < pausedUntilMs) return;
    const rise = round === undefined ? undefined : riseOf(round, mark);
    if (rise === undefined && round !== undefined && nowMs < round.untilMs) return;
    const trial = round === undefined ? progress.trial : progress.trial.with(round.pods, round.asked, pods);
    const isDone = isLevelled(progress, pods);
    const failure = rise ?? lossOf(round, pods) ?? (isDone ? undefined : this.#hindranceOf(trial, settled, pods));
    if (failure !== undefined) {
      this.#stop(key, failure, progress);
      return;
    }
    if (isDone) {
      this.#progress.delete(key);
      return;
    }
    const asked = await this.#shed(key, settled, pods, (round?.asked ?? 0) > 0);
    if (this.#marks.get(key) !== mark) return;
    const elapsedMs = mark.atMs - before.atMs;
    const errorRate = elapsedMs > 0 ? errorsBetween(before, mark).total / elapsedMs : 0;
    this.#progress.set(key, {
      round: { untilMs: nowMs + ROUND_MS, pods, asked, begun: mark, errorRate },
      trial: trial.isOver ? FRESH.trial : trial,
      asked: progress.asked + asked,
      failures: trial.isOver ? 0 : failures,
      pausedUntilMs: FRESH.pausedUntilMs,
    });
  }

  forget(key: string): void {
    this.#progress.delete(key);
    this.#marks.delete(key);
  }

  /** Asks no client for a while, longer with each failure in a row. */
  #stop(key: string, { why, mayBeChance }: Failure, { asked, failures }: Progress): void {
    const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** failures, LONGEST_PAUSE_MS);
    const pausedUntilMs = this.#options.now() + pauseMs;
    this.#progress.set(key, { ...FRESH, asked, failures: failures + 1, pausedUntilMs });
    if (mayBeChance && failures === 0) return;
    const note = `${why}; clients are asked again in ${pauseMs / 60_000} min at the earliest`;
    this.#options.tell(key, { type: 'Warning', reason: 'RebalanceStopped', action: 'Rebalance', note });
  }

  /** Why clients would move in vain, or to where they should not. */
  #hindranceOf({ problem }: ArrivalTrial, { pods }: Settled, observed: readonly ObservedPod[]): Failure | undefined {
    if (problem !== undefined) return { why: problem, mayBeChance: true };
    // A crowded pod that has too little of something is why they should move.
    const share = shareOf(observed);
    const short = observed.find(({ connections, errors }) => connections <= share && errors.breaches.length > 0);
    if (short === undefined) return undefined;
    const name = pods.find(({ uid }) => uid === short.uid)?.name ?? short.uid;
    const why = `Pod ${name}, which has room for clients by their number, is in breach of ${short.errors.breaches.join(', ')}`;
    return { why, mayBeChance: false };
  }

  /** @returns how many clients were asked */
  async #shed(
    key: string,
    { tickStorm, pods, token }: Settled,
    observed: readonly CountedPod[],
    isBegun: boolean,
  ): Promise<number> {
    const share = shareOf(observed);
    const rate = shedRate(share, tickStorm.spec.server.drainSeconds);
    const askingSeconds = (ROUND_MS - MOVE_MS) / 1_000;
    let asked = 0;
    for (const shed of shedsOf(observed, Math.floor(rate * askingSeconds))) {
      const address = pods.find(({ uid }) => uid === shed.uid)?.address;
      if (address === undefined) continue;
      const perSecond = Math.max(shed.asked / askingSeconds, LEAST_RATE);
      try {
        await this.#options.admin.rebalance({ address, token }, shed.asked, perSecond);
      } catch {
        // It is counted again after the round, and asked again if it answers then.
        continue;
      }
      asked += shed.asked;
    }
    if (isBegun || asked === 0) return asked;
    const counts = observed.map(({ connections }) => connections);
    const note =
      `Pods have ${Math.min(...counts)} to ${Math.max(...counts)} clients, their share is ${Math.round(share)}: ` +
      `those with more ask clients to connect elsewhere, ${Math.round(rate)} a second at most`;
    this.#options.tell(key, { type: 'Normal', reason: 'Rebalancing', action: 'Rebalance', note });
    return asked;
  }
}

/**
 * Whether there is nothing more to do. When more were asked than there are clients, chance has had its way with all, and
 * what it leaves of many pods may be no closer while clients come and go.
 */
function isLevelled({ asked }: Progress, pods: readonly CountedPod[]): boolean {
  return areLevel(pods) || (asked >= MOST_MOVES * clientsOf(pods) && !areUneven(pods));
}

/** That clients have not come back; undefined when they have. */
function lossOf(round: Round | undefined, pods: readonly CountedPod[]): Failure | undefined {
  if (round === undefined) return undefined;
  const [before, now] = [clientsOf(round.pods), clientsOf(pods)];
  if (now >= before * (1 - LOST_RATIO)) return undefined;
  return { why: `Of ${before} clients ${now} are left after some were asked to move`, mayBeChance: true };
}

/** Errors of a round beyond those that come anyway; undefined when there are none worth speaking of. */
function riseOf({ begun, errorRate, asked }: Round, now: ErrorMark): Failure | undefined {
  const { total, kinds } = errorsBetween(begun, now);
  const usual = errorRate * (now.atMs - begun.atMs);
  // Errors that come anyway come by chance: twice their square root more is nothing new.
  if (total <= usual + Math.max(ERROR_RATIO * asked, 2 * Math.sqrt(usual), FEW_ERRORS)) return undefined;
  const why =
    `Errors rose while ${asked} clients were asked to move: ${kinds}` +
    `, where ${Math.round(usual)} in all would have been as before`;
  return { why, mayBeChance: false };
}
