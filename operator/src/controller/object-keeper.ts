import type { TickStorm } from '../api/v1alpha1/tick-storm.ts';
import { hasStatus } from '../runtime/api-error.ts';
import { LeavingError, OvertakenError, type Applier } from '../runtime/applier.ts';
import type { Informer } from '../runtime/informer.ts';
import type { KubeObject } from '../runtime/kube-object.ts';
import type { OptionalInformer } from '../runtime/optional-informer.ts';
import type { Desired } from './desired-objects.ts';
import { OPTIONAL_KINDS, type OptionalKind, type OwnedKind } from './kinds.ts';
import type { Outcome } from './outcome.ts';
import { ownershipFor } from './ownership.ts';
import type { Succession } from './succession.ts';

export interface ObjectKeeperOptions {
  readonly applier: Applier;
  readonly owned: Readonly<Record<OwnedKind, Informer>>;
  readonly optional: Readonly<Record<OptionalKind, Pick<OptionalInformer, 'isAvailable' | 'informer'>>>;
  readonly succession: Succession;
}

const isOptional = (kind: OwnedKind | OptionalKind): kind is OptionalKind => kind in OPTIONAL_KINDS;

/** Keeps the objects of a TickStorm as declared: made, put right, or removed when their feature is off. */
export class ObjectKeeper {
  readonly #options: ObjectKeeperOptions;

  constructor(options: ObjectKeeperOptions) {
    this.#options = options;
  }

  /** Brings these objects to their declared state, all at once; what happens goes into the outcome, in their order. */
  async keep(tickStorm: TickStorm, desired: readonly Desired[], outcome: Outcome): Promise<void> {
    await outcome.together(desired.map((wanted) => async (part) => await this.#keepOne(tickStorm, wanted, part)));
  }

  /** Kinds of these objects that are wanted and not installed. */
  missingKinds(desired: readonly Desired[]): OptionalKind[] {
    return desired.flatMap(({ kind, intent }) =>
      intent !== undefined && isOptional(kind) && !this.#options.optional[kind].isAvailable ? [kind] : [],
    );
  }

  /** The object of this name if it is there and the TickStorm's. */
  find(tickStorm: TickStorm, kind: OwnedKind, name: string): KubeObject | undefined {
    const live = this.#options.owned[kind].cache.get(tickStorm.metadata.namespace, name);
    return live !== undefined && ownershipFor(tickStorm)(live) === 'ours' ? live : undefined;
  }

  async #keepOne(tickStorm: TickStorm, wanted: Desired, outcome: Outcome): Promise<void> {
    const { kind } = wanted;
    if (!isOptional(kind)) {
      await this.#keep(tickStorm, wanted, this.#options.owned[kind], outcome).catch((error: unknown) => {
        if (!(error instanceof OvertakenError)) throw error;
        outcome.isOvertaken = true;
      });
    } else if (this.#options.optional[kind].isAvailable) {
      await this.#keepOptional(tickStorm, wanted, kind, outcome);
    } else if (wanted.intent !== undefined) {
      outcome.missingKinds.add(kind);
    }
  }

  async #keep(
    tickStorm: TickStorm,
    { kind, name, intent, premise }: Desired,
    informer: Informer,
    outcome: Outcome,
  ): Promise<void> {
    const { applier } = this.#options;
    const ownership = ownershipFor(tickStorm);
    if (intent !== undefined) {
      outcome.changes.push(
        await applier.ensure(informer, intent, ownership, premise).catch(async (error: unknown) => {
          const left = informer.cache.get(tickStorm.metadata.namespace, name);
          const isOurs = error instanceof LeavingError && (await this.#options.succession.mayTake(tickStorm, left));
          if (!isOurs) throw error;
          return await applier.ensure(informer, intent, (live) =>
            live.metadata.uid === left?.metadata.uid ? 'ours' : ownership(live),
          );
        }),
      );
    } else if (await this.#remove(tickStorm, name, informer)) {
      outcome.removed.push(`${kind} ${name}`);
    }
  }

  /** Removes the TickStorm's object, or what a former TickStorm of its name has left for good. */
  async #remove(tickStorm: TickStorm, name: string, informer: Informer): Promise<boolean> {
    const { namespace } = tickStorm.metadata;
    const ownership = ownershipFor(tickStorm);
    const live = informer.cache.get(namespace, name);
    const isLeft = live !== undefined && ownership(live) === 'leaving';
    if (isLeft && !(await this.#options.succession.mayTake(tickStorm, live))) {
      throw new LeavingError(`${informer.type.kind} ${name} is being deleted`);
    }
    return await this.#options.applier.remove(informer, namespace, name, (found) =>
      isLeft && found.metadata.uid === live.metadata.uid ? 'ours' : ownership(found),
    );
  }

  async #keepOptional(tickStorm: TickStorm, wanted: Desired, kind: OptionalKind, outcome: Outcome): Promise<void> {
    try {
      await this.#keep(tickStorm, wanted, this.#options.optional[kind].informer, outcome);
    } catch (error) {
      // The kind was taken away meanwhile, or its namespace; the latter the other objects tell.
      if (!hasStatus(error, 404)) throw error;
      outcome.missingKinds.add(kind);
      outcome.hasLostKind = true;
    }
  }
}
