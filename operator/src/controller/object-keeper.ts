import type { TickStorm } from '../api/v1alpha1/tick-storm.ts';
import type { Applier } from '../runtime/applier.ts';
import type { Informer } from '../runtime/informer.ts';
import type { KubeObject } from '../runtime/kube-object.ts';
import type { Desired } from './desired-objects.ts';
import type { OwnedKind } from './kinds.ts';
import type { Outcome } from './outcome.ts';
import { ownershipFor } from './ownership.ts';

export type OwnedInformers = Readonly<Record<OwnedKind, Informer>>;

/** Keeps the objects of a TickStorm as declared: made, put right, or removed when their feature is off. */
export class ObjectKeeper {
  readonly #applier: Applier;
  readonly #owned: OwnedInformers;

  constructor(applier: Applier, owned: OwnedInformers) {
    this.#applier = applier;
    this.#owned = owned;
  }

  /** Brings these objects to their declared state, one after the other; what happens goes into the outcome. */
  async keep(tickStorm: TickStorm, desired: readonly Desired[], outcome: Outcome): Promise<void> {
    const ownership = ownershipFor(tickStorm);
    for (const { kind, name, intent } of desired) {
      await outcome.guard(async () => {
        const informer = this.#owned[kind];
        if (intent !== undefined) {
          outcome.changes.push(await this.#applier.ensure(informer, intent, ownership));
        } else if (await this.#applier.remove(informer, tickStorm.metadata.namespace, name, ownership)) {
          outcome.removed.push(`${kind} ${name}`);
        }
      });
    }
  }

  /** The object of this name if it is there and the TickStorm's. */
  find(tickStorm: TickStorm, kind: OwnedKind, name: string): KubeObject | undefined {
    const live = this.#owned[kind].cache.get(tickStorm.metadata.namespace, name);
    return live !== undefined && ownershipFor(tickStorm)(live) === 'ours' ? live : undefined;
  }
}
