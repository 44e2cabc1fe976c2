import type { TickStorm } from '../api/v1alpha1/tick-storm.ts';
import type { TickStormEvent } from '../event-reasons.ts';
import type { Informer } from '../runtime/informer.ts';
import { objectKey } from '../runtime/kube-object.ts';
import { drainEndsMs, drainDeadlineMs, drainSlots } from './drain-slots.ts';
import { LEAST_COST, type DrainScope, type DrainState, type PodDrains } from './pod-drains.ts';
import { isActive, podView, type PodView } from './pod-view.ts';
import type { ScalablePod } from './scalable-pod.ts';
import { decideScaleIn } from './scale-in.ts';
import type { ScaleInDecision, ScaleInQuestion } from './scale-in-question.ts';

export interface ScaleInControlOptions {
  /** With an index `instance`. */
  readonly pods: Pick<Informer, 'cache'>;
  readonly drains: PodDrains;
  /** Asks the pods of this TickStorm (`NAMESPACE/NAME`) for their clients; by uid, without those that do not answer. */
  readonly connections: (key: string) => Promise<ReadonlyMap<string, number>>;
  /** Token of the admin ports; undefined when there is none. */
  readonly token: (tickStorm: TickStorm) => Promise<string | undefined>;
  /** Unix milliseconds. */
  readonly now: () => number;
}

export type ScaleInTask = Omit<ScaleInQuestion, 'pods' | 'freeSlots'>;

/** How a scale-down stands. */
export interface ScaleInState extends ScaleInTask {
  /** Pods that the Deployment is to be told to have now. */
  readonly replicas: number;
  /** Names of the pods that drain. */
  readonly draining: readonly string[];
  /** Whether there is something to do: not while it waits for a rollout. */
  readonly isMoving: boolean;
  /** What is worth an event. */
  readonly notes: readonly TickStormEvent[];
}

/** Brings a Deployment down to fewer pods one drain after the other, and takes drained pods back when they are wanted. */
export class ScaleInControl {
  readonly #options: ScaleInControlOptions;

  constructor(options: ScaleInControlOptions) {
    this.#options = options;
  }

  /** Does what can be done now. Undefined when no pod is to go and none drains. */
  async proceed(tickStorm: TickStorm, task: ScaleInTask): Promise<ScaleInState | undefined> {
    const { wanted, current, rollout } = task;
    const { name, namespace } = tickStorm.metadata;
    const key = objectKey(namespace, name);
    const views = this.#options.pods.cache.byIndex('instance', key).map(podView);
    const active = views.filter(isActive);
    if (wanted >= current && active.every(({ drainStartedMs }) => drainStartedMs === undefined)) return undefined;
    const { drainSeconds } = tickStorm.spec.server;
    const scope = { namespace, drainSeconds, token: await this.#options.token(tickStorm) };
    // All that drain are taken back: asking how far they are would make one drain anew that serves already.
    const states = wanted >= current ? notAsked(active) : await this.#look(scope, active);
    const busy =
      [...states.values()].filter(({ drain }) => drain === 'under way').length + this.#leaving(views, drainSeconds);
    // With no pod left there is nowhere to go: one after the other would only move clients several times.
    const freeSlots = (wanted === 0 ? active.length : drainSlots(current)) - busy;
    const counts =
      wanted < current && freeSlots > 0 && (rollout === 'none' || rollout === 'held')
        ? await this.#options.connections(key)
        : undefined;
    const pods = active.map((pod): ScalablePod => {
      const state = states.get(pod.uid);
      return { ...pod, drain: state?.drain, connections: state?.connections ?? counts?.get(pod.uid) };
    });
    const decision = decideScaleIn({ ...task, pods, freeSlots });
    const notes = [
      ...silent(active, states),
      ...(decision.replicas < current ? late(pods, decision) : []),
      ...(await this.#begin(scope, decision, task, nextCost(active))),
      ...(await this.#release(scope, decision, task)),
    ];
    const draining = [...pods.filter(({ drain }) => drain === 'under way'), ...decision.drain].map((pod) => pod.name);
    const isMoving =
      rollout === 'none' ||
      decision.release.length > 0 ||
      (rollout === 'held' && (draining.length > 0 || decision.replicas < current || states.size > 0));
    return { ...task, replicas: decision.replicas, draining: draining.toSorted(), isMoving, notes };
  }

  /** How the marked pods stand, by uid. */
  async #look(scope: DrainScope, pods: readonly PodView[]): Promise<ReadonlyMap<string, DrainState>> {
    const looks = pods.flatMap((pod) => {
      const { drainStartedMs } = pod;
      if (drainStartedMs === undefined) return [];
      return [this.#options.drains.look(scope, { ...pod, drainStartedMs }).then((state) => [pod.uid, state] as const)];
    });
    return new Map(await Promise.all(looks));
  }

  /** Pods that drain because they were deleted. */
  #leaving(pods: readonly PodView[], drainSeconds: number): number {
    const nowMs = this.#options.now();
    const deadlineMs = drainDeadlineMs(drainSeconds);
    return pods.filter((pod) => !isActive(pod) && (drainEndsMs(pod, deadlineMs) ?? nowMs) > nowMs).length;
  }

  async #begin(
    scope: DrainScope,
    { drain }: ScaleInDecision,
    { wanted, current }: ScaleInTask,
    cost: number,
  ): Promise<TickStormEvent[]> {
    await Promise.all(drain.map((pod, index) => this.#options.drains.begin(scope, pod, cost + index)));
    return drain.map(({ name, connections }) => ({
      type: 'Normal',
      reason: 'Draining',
      action: 'Scale',
      note: `Pod ${name} (${connections ?? 'unknown'} clients) drains, of ${current} pods ${wanted} are wanted`,
    }));
  }

  async #release(scope: DrainScope, { release }: ScaleInDecision, task: ScaleInTask): Promise<TickStormEvent[]> {
    const { wanted, current, rollout } = task;
    const isForRollout = rollout === 'under way' && wanted < current;
    const cause = isForRollout ? 'the rollout, which was held, goes on with it' : `${wanted} pods are wanted`;
    const notes = release.map(async (pod): Promise<TickStormEvent> => {
      const of = { reason: 'DrainAborted', action: 'Scale' } as const;
      try {
        await this.#options.drains.release(scope, pod);
        return { ...of, type: 'Normal', note: `Pod ${pod.name} serves again: ${cause}` };
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        return { ...of, type: 'Warning', action: 'Reconcile', note: `Pod ${pod.name} cannot be taken back: ${why}` };
      }
    });
    return await Promise.all(notes);
  }
}

/** Marked pods of which nothing needs to be known, by uid. */
function notAsked(pods: readonly PodView[]): ReadonlyMap<string, DrainState> {
  const marked = pods.filter(({ drainStartedMs }) => drainStartedMs !== undefined);
  return new Map(marked.map(({ uid }) => [uid, { drain: 'under way', connections: undefined }]));
}

/** Deletion cost of the next pod that drains: those that began before it are to go before it. */
function nextCost(pods: readonly PodView[]): number {
  const costs = pods.filter(({ drainStartedMs }) => drainStartedMs !== undefined).map((pod) => pod.deletionCost);
  return Math.max(LEAST_COST - 1, ...costs) + 1;
}

/** Marked pods that do not answer: they go at their deadline all the same. */
function silent(pods: readonly PodView[], states: ReadonlyMap<string, DrainState>): TickStormEvent[] {
  return pods.flatMap(({ name, uid }): TickStormEvent[] => {
    const problem = states.get(uid)?.problem;
    if (problem === undefined) return [];
    const note = `Pod ${name} does not say how it drains (${problem}); it goes at its deadline all the same`;
    return [{ type: 'Warning', reason: 'DrainUnanswered', action: 'Reconcile', note }];
  });
}

/** Pods that go although they still have clients. */
function late(pods: readonly ScalablePod[], { release }: ScaleInDecision): TickStormEvent[] {
  return pods.flatMap((pod): TickStormEvent[] => {
    const { name, drain, connections } = pod;
    if (drain !== 'over' || connections === 0 || release.includes(pod)) return [];
    const note = `Pod ${name} goes at the deadline of its drain (${connections ?? 'unknown'} clients are left)`;
    return [{ type: 'Warning', reason: 'DrainDeadlineExceeded', action: 'Scale', note }];
  });
}
