import { parseTickStorm, type TickStorm } from '../api/v1alpha1/tick-storm.ts';
import { buildAutoscaler } from '../builders/autoscaler.ts';
import { serverImage } from '../builders/deployment.ts';
import { objectNames } from '../builders/names.ts';
import type { Applier, ApplyResult } from '../runtime/applier.ts';
import type { ReconcileResult } from '../runtime/controller.ts';
import type { Informer } from '../runtime/informer.ts';
import type { KubeObject } from '../runtime/kube-object.ts';
import { SECRET_RECHECK_MS, type Credentials, type CredentialsState } from './credentials.ts';
import type { InstanceEvents } from './instance-events.ts';
import { OWNED_KINDS, type OwnedKind } from './kinds.ts';
import type { Observation } from './observation.ts';
import { desiredObjects, type Desired } from './desired-objects.ts';
import { ownershipFor } from './ownership.ts';
import { problemOf, throwFailures, type Problem } from './problem.ts';
import type { StatusWriter } from './status-writer.ts';

type OwnedInformers = Readonly<Record<OwnedKind, Informer>>;

export interface InstanceReconcilerOptions {
  readonly applier: Applier;
  readonly tickStorms: Informer;
  readonly owned: OwnedInformers;
  readonly credentials: Credentials;
  readonly status: StatusWriter;
  readonly events: InstanceEvents;
  readonly serverImage: string;
  /** Conflicts over the objects that the namespace shares. */
  readonly sharedProblems: (namespace: string) => readonly Problem[];
}

/** How soon to look again where no watch will tell: for foreign objects and for Secrets. */
const PROBLEM_RECHECK_MS = 15_000;
const LEAVING_RECHECK_MS = 1_000;

/** What came of bringing the objects to their declared state. */
interface Outcome {
  readonly problems: Problem[];
  readonly changes: ApplyResult[];
  readonly removed: string[];
}

/** Brings everything that one TickStorm owns to its declared state, and says in its status how that stands. */
export class InstanceReconciler {
  readonly #options: InstanceReconcilerOptions;

  constructor(options: InstanceReconcilerOptions) {
    this.#options = options;
  }

  /** Reconciles the TickStorm of this key (`NAMESPACE/NAME`). */
  async reconcile(key: string): Promise<ReconcileResult> {
    const live = this.#options.tickStorms.cache.getByKey(key);
    // What a deleted TickStorm owned goes by garbage collection.
    if (live === undefined || live.metadata.deletionTimestamp !== undefined) return {};
    const parsed = parseTickStorm(live);
    if (!parsed.ok) return await this.#reject(live, parsed.problem);
    const tickStorm = parsed.value;

    const shared = this.#options.sharedProblems(tickStorm.metadata.namespace);
    const outcome: Outcome = { problems: [...shared], changes: [], removed: [] };
    const credentials = await this.#ensureCredentials(tickStorm, outcome);
    await this.#ensureAll(tickStorm, desiredObjects(tickStorm, this.#context()), outcome);
    await this.#publishSelector(tickStorm, this.#observe(tickStorm, credentials, outcome));
    await this.#ensureAutoscaler(tickStorm, outcome);
    const observation = this.#observe(tickStorm, credentials, outcome);
    await this.#options.status.write(observation);
    this.#options.events.report(live, observation, outcome);
    return this.#next(outcome.problems.slice(shared.length), credentials);
  }

  #context(): { readonly serverImage: string } {
    return { serverImage: this.#options.serverImage };
  }

  async #reject(live: KubeObject, problem: string): Promise<ReconcileResult> {
    await this.#options.status.writeInvalid(live, problem);
    return {};
  }

  async #ensureCredentials(tickStorm: TickStorm, outcome: Outcome): Promise<CredentialsState | undefined> {
    return await this.#guarded(outcome, () => this.#options.credentials.ensure(tickStorm));
  }

  async #ensureAll(tickStorm: TickStorm, desired: readonly Desired[], outcome: Outcome): Promise<void> {
    for (const { kind, intent } of desired) {
      const result = await this.#guarded(outcome, () =>
        this.#options.applier.ensure(this.#options.owned[kind], intent, ownershipFor(tickStorm)),
      );
      if (result !== undefined) outcome.changes.push(result);
    }
  }

  /** The autoscaler refuses a target without a selector, so the status must have it before the autoscaler is made. */
  async #publishSelector(tickStorm: TickStorm, observation: Observation): Promise<void> {
    if (tickStorm.status.selector === undefined) await this.#options.status.write(observation);
  }

  async #ensureAutoscaler(tickStorm: TickStorm, outcome: Outcome): Promise<void> {
    const intent = buildAutoscaler(tickStorm);
    const kind = 'HorizontalPodAutoscaler';
    if (intent !== undefined) {
      await this.#ensureAll(tickStorm, [{ kind, intent }], outcome);
      return;
    }
    const { name, namespace } = tickStorm.metadata;
    const autoscaler = objectNames(name).autoscaler;
    const isRemoved = await this.#guarded(outcome, () =>
      this.#options.applier.remove(this.#options.owned[kind], namespace, autoscaler, ownershipFor(tickStorm)),
    );
    if (isRemoved === true) outcome.removed.push(`${kind} ${autoscaler}`);
  }

  /** One object's failure must not keep the others from being right: it becomes a problem in the status. */
  async #guarded<T>(outcome: Outcome, action: () => Promise<T>): Promise<T | undefined> {
    try {
      return await action();
    } catch (error) {
      outcome.problems.push(problemOf(error));
      return undefined;
    }
  }

  #observe(tickStorm: TickStorm, credentials: CredentialsState | undefined, outcome: Outcome): Observation {
    const { name, namespace } = tickStorm.metadata;
    const names = objectNames(name);
    const mine = (kind: OwnedKind, objectName: string): KubeObject | undefined => {
      const live = this.#options.owned[kind].cache.get(namespace, objectName);
      return live !== undefined && ownershipFor(tickStorm)(live) === 'ours' ? live : undefined;
    };
    return {
      tickStorm: this.#withCurrentStatus(tickStorm),
      image: serverImage(tickStorm, this.#context()),
      deployment: mine(OWNED_KINDS.Deployment.kind, names.deployment),
      service: mine(OWNED_KINDS.Service.kind, names.service),
      credentials,
      problems: outcome.problems,
    };
  }

  /** The status may have been written a moment ago: conditions keep the times that they were given then. */
  #withCurrentStatus(tickStorm: TickStorm): TickStorm {
    const { name, namespace } = tickStorm.metadata;
    const parsed = parseTickStorm(this.#options.tickStorms.cache.get(namespace, name));
    return parsed.ok ? { ...tickStorm, status: parsed.value.status } : tickStorm;
  }

  #next(own: readonly Problem[], credentials: CredentialsState | undefined): ReconcileResult {
    throwFailures(own);
    if (own.some(({ reason }) => reason === 'WaitingForDeletion')) return { requeueAfterMs: LEAVING_RECHECK_MS };
    if (own.length > 0 || credentials?.ready === false) return { requeueAfterMs: PROBLEM_RECHECK_MS };
    // No watch tells when the Secret goes; a little later than what counts as fresh, lest it is taken for fresh again.
    return { requeueAfterMs: SECRET_RECHECK_MS + 1_000 };
  }
}
