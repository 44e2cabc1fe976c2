import type { PodContext } from '../builders/build-context.ts';
import { SHARED_LIMITS_NAME, SHARED_QUOTA_NAME } from '../builders/names.ts';
import type { AppliedObject } from '../builders/object.ts';
import type { Applier } from '../runtime/applier.ts';
import type { ReconcileResult } from '../runtime/controller.ts';
import type { Informer } from '../runtime/informer.ts';
import { desiredShared } from './desired-shared.ts';
import type { SharedKind } from './kinds.ts';
import type { Cached } from './namespace-views.ts';
import { problemOf, throwFailures, type Problem } from './problem.ts';
import { sharedOwnership } from './ownership.ts';

type SharedInformers = Readonly<Record<SharedKind, Informer>>;

export interface NamespaceReconcilerOptions {
  readonly applier: Applier;
  /** With an index `namespace`. */
  readonly tickStorms: Informer;
  readonly deployments: Cached;
  readonly shared: SharedInformers;
  readonly podContext: PodContext;
  /** Name of a pod of others in the namespace. */
  readonly findForeignPod: (namespace: string) => Promise<string | undefined>;
  /** Called when the state of a namespace has changed: its TickStorms report it. */
  readonly onChange: (namespace: string) => void;
}

/** How the objects that a namespace shares stand. */
export interface SharedState {
  /** Conflicts over them. */
  readonly problems: readonly Problem[];
  /** A pod of others, for which something was not made that was not asked for in so many words. */
  readonly foreignPod?: string | undefined;
  /** Name of a paused TickStorm for which they stay as they are. */
  readonly heldBy?: string | undefined;
}

const NOTHING: SharedState = { problems: [] };
/** How soon to look again whether the pods of others are gone: they are not watched. */
const FOREIGN_RECHECK_MS = 60_000;

const PROBLEM_RECHECK_MS = 15_000;

/**
 * Keeps the objects that a namespace's TickStorms share. They are computed from all of them at once: two applies, one
 * per TickStorm, would take each other's owner references away.
 */
export class NamespaceReconciler {
  readonly #options: NamespaceReconcilerOptions;
  readonly #states = new Map<string, SharedState>();

  constructor(options: NamespaceReconcilerOptions) {
    this.#options = options;
  }

  stateOf(namespace: string): SharedState {
    return this.#states.get(namespace) ?? NOTHING;
  }

  /** Reconciles the shared objects of this namespace. */
  async reconcile(namespace: string): Promise<ReconcileResult> {
    const { deployments, shared, findForeignPod, podContext } = this.#options;
    const tickStorms = this.#options.tickStorms.cache.byIndex('namespace', namespace);
    const question = { namespace, tickStorms, deployments, podContext, shared, findForeignPod };
    const { limits, quota, foreignPod, heldBy } = await desiredShared(question);
    // The limit range first: pods that declare nothing need its defaults once the quota binds.
    const problems = [
      ...(heldBy.has('LimitRange') ? [] : await this.#keep('LimitRange', namespace, SHARED_LIMITS_NAME, limits)),
      ...(heldBy.has('ResourceQuota') ? [] : await this.#keep('ResourceQuota', namespace, SHARED_QUOTA_NAME, quota)),
    ];
    const [holder] = heldBy.values();
    this.#remember(namespace, { problems, foreignPod, heldBy: holder });
    throwFailures(problems);
    if (problems.length > 0) return { requeueAfterMs: PROBLEM_RECHECK_MS };
    return foreignPod === undefined ? {} : { requeueAfterMs: FOREIGN_RECHECK_MS };
  }

  async #keep(
    kind: SharedKind,
    namespace: string,
    name: string,
    intent: AppliedObject | undefined,
  ): Promise<Problem[]> {
    const informer = this.#options.shared[kind];
    try {
      if (intent === undefined) await this.#options.applier.remove(informer, namespace, name, sharedOwnership);
      else await this.#options.applier.ensure(informer, intent, sharedOwnership);
      return [];
    } catch (error) {
      return [problemOf(error)];
    }
  }

  #remember(namespace: string, state: SharedState): void {
    const isChanged = JSON.stringify(this.stateOf(namespace)) !== JSON.stringify(state);
    const { problems, foreignPod, heldBy } = state;
    if (problems.length > 0 || foreignPod !== undefined || heldBy !== undefined) this.#states.set(namespace, state);
    else this.#states.delete(namespace);
    if (isChanged) this.#options.onChange(namespace);
  }
}
