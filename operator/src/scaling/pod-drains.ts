import { FIELD_MANAGER } from '../controller/field-manager.ts';
import { POD } from '../controller/kinds.ts';
import type { ApiClient } from '../runtime/api-client.ts';
import { hasStatus, isStaleWrite } from '../runtime/api-error.ts';
import type { Informer } from '../runtime/informer.ts';
import { drainDeadlineMs, WITHDRAW_SECONDS } from './drain-slots.ts';
import type { DrainStatus, PodAdmin, PodAddress } from './pod-admin.ts';
import { DELETION_COST_ANNOTATION, DRAIN_STARTED_ANNOTATION, type PodView } from './pod-view.ts';

/** Less than what anybody else may have set: the least that the annotation takes. */
export const LEAST_COST: number = -2_147_483_648;

const UNKNOWN_TOKEN = 'the token of its admin port is not known';

export interface PodDrainsOptions {
  readonly client: Pick<ApiClient, 'mergePatch'>;
  readonly admin: PodAdmin;
  readonly pods: Pick<Informer, 'observe'>;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/** The pods of a TickStorm, as far as draining them goes. */
export interface DrainScope {
  readonly namespace: string;
  /** Bearer token of the admin ports; undefined while it is not known. */
  readonly token: string | undefined;
  /** Window over which a pod sends its clients away. */
  readonly drainSeconds: number;
}

/** How the drain of a pod stands. */
export interface DrainState {
  readonly drain: 'under way' | 'over';
  /** Clients that it still has, when it answers. */
  readonly connections: number | undefined;
  /** Why nothing is known of it, or why it does not drain. */
  readonly problem?: string;
}

/**
 * Drains pods on request and takes them back. That a pod drains, and since when, stands in its annotations: whoever
 * operates next goes on from there.
 */
export class PodDrains {
  readonly #options: PodDrainsOptions;

  constructor(options: PodDrainsOptions) {
    this.#options = options;
  }

  /**
   * Marks the pod, as one that the ReplicaSet is to delete before others, and asks it to drain.
   * @param cost a number of its own among the pods that drain: of equals the ReplicaSet might delete the wrong one
   */
  async begin(scope: DrainScope, pod: PodView, cost: number): Promise<DrainState> {
    const isThere = await this.#mark(scope, pod, cost);
    // Another pod may have its address by now.
    if (!isThere) return { drain: 'under way', connections: undefined, problem: 'it has gone' };
    return await this.#ask(scope, pod, (address) => this.#drain(scope, address));
  }

  /** Looks how far the drain of a pod is, and asks for it again where that was not heard or has been forgotten. */
  async look(scope: DrainScope, pod: PodView & { readonly drainStartedMs: number }): Promise<DrainState> {
    let isRenewed = false;
    const state = await this.#ask(scope, pod, async (address) => {
      const status = await this.#options.admin.status(address);
      if (status.state !== 'serving') return status;
      // The operator before has not come to ask, or the container has been started anew since.
      const renewed = await this.#drain(scope, address);
      isRenewed = true;
      return renewed;
    });
    const elapsedMs = this.#options.now() - pod.drainStartedMs;
    // It has all its time from now on. So has one that began in the future, by the clock of another operator.
    if (isRenewed || elapsedMs < 0) {
      await this.#mark(scope, pod, pod.deletionCost);
      return { ...state, drain: 'under way' };
    }
    if (elapsedMs >= drainDeadlineMs(scope.drainSeconds)) return { ...state, drain: 'over' };
    // Also one that was parked already, by hand, stays until the ReplicaSet controller has surely seen the mark.
    return elapsedMs < WITHDRAW_SECONDS * 1_000 ? { ...state, drain: 'under way' } : state;
  }

  /** Takes the pod back into service. @throws when it cannot be asked or does not answer: it stays marked then */
  async release(scope: DrainScope, pod: PodView): Promise<void> {
    const { token } = scope;
    // One that does not run has nothing to be taken back from.
    if (pod.address !== undefined) {
      if (token === undefined) throw new Error(UNKNOWN_TOKEN);
      await this.#options.admin.resume({ address: pod.address, token });
    }
    await this.#annotate(scope, pod, null, null);
  }

  #mark(scope: DrainScope, pod: PodView, cost: number): Promise<boolean> {
    return this.#annotate(scope, pod, new Date(this.#options.now()).toISOString(), String(cost));
  }

  #drain({ drainSeconds }: DrainScope, address: PodAddress): Promise<DrainStatus> {
    return this.#options.admin.drain(address, drainSeconds, WITHDRAW_SECONDS);
  }

  async #ask(
    { token }: DrainScope,
    { address }: PodView,
    ask: (address: PodAddress) => Promise<DrainStatus>,
  ): Promise<DrainState> {
    if (address === undefined || token === undefined) {
      const problem = address === undefined ? 'it does not run' : UNKNOWN_TOKEN;
      return { drain: 'under way', connections: undefined, problem };
    }
    try {
      const { state, connections } = await ask({ address, token });
      return { drain: state === 'parked' ? 'over' : 'under way', connections };
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      return { drain: 'under way', connections: undefined, problem };
    }
  }

  /** @returns whether the pod is there */
  async #annotate(
    { namespace }: DrainScope,
    { name, uid }: PodView,
    startedAt: string | null,
    cost: string | null,
  ): Promise<boolean> {
    const annotations = { [DRAIN_STARTED_ANNOTATION]: startedAt, [DELETION_COST_ANNOTATION]: cost };
    const options = { fieldManager: FIELD_MANAGER };
    try {
      // The uid makes sure that it is the pod that was looked at.
      const body = { metadata: { uid, annotations } };
      this.#options.pods.observe(await this.#options.client.mergePatch(POD, namespace, name, body, options));
      return true;
    } catch (error) {
      // It has gone meanwhile, or another one has its name.
      if (!hasStatus(error, 404) && !isStaleWrite(error)) throw error;
      return false;
    }
  }
}
