import type { SoakAction, SoakPause, SoakSpec } from './soak-action.ts';
import { namespaceOf } from './soak-namespaces.ts';

/** A TickStorm as it is once the operator has done all its work. */
export interface SoakTickStorm {
  readonly spec: SoakSpec;
  /** Undefined: its autoscaler decides. */
  readonly replicas: number | undefined;
  readonly paused: SoakPause | undefined;
  /**
   * Whether some of its objects have, or lately had, no owner: what a deletion leaves of them is certain only once the
   * operator has done its work.
   */
  readonly isOrphaning: boolean;
}

/** What is there, as far as TickStorms and their objects go. */
export interface SoakState {
  readonly present: ReadonlyMap<string, SoakTickStorm>;
  /** By name of a TickStorm that was deleted with the policy Orphan, as it was then: its objects stay. */
  readonly orphaned: ReadonlyMap<string, SoakTickStorm>;
}

/** Works out what actions come to. */
export class SoakModel implements SoakState {
  readonly present: Map<string, SoakTickStorm> = new Map();
  readonly orphaned: Map<string, SoakTickStorm> = new Map();

  perform(action: SoakAction): void {
    switch (action.kind) {
      case 'apply':
        this.#apply(action.name, action.spec);
        break;
      case 'delete':
        this.#delete(action.name);
        break;
      case 'scale':
        this.#change(action.name, (before) => (before.spec.isAutoscaled ? {} : { replicas: action.replicas }));
        break;
      case 'pause':
        this.#change(action.name, () => ({ paused: action.value }));
        break;
      case 'delete-namespace':
        for (const map of [this.present, this.orphaned])
          for (const name of map.keys()) if (namespaceOf(name) === action.namespace) map.delete(name);
        break;
      case 'delete-crd':
        for (const name of this.present.keys()) this.#delete(name);
        break;
      case 'drop':
      case 'edit':
        // The operator puts it right.
        break;
    }
  }

  #apply(name: string, spec: SoakSpec): void {
    const before = this.present.get(name);
    this.present.set(name, {
      spec,
      replicas: spec.isAutoscaled ? undefined : 0,
      paused: before?.paused,
      isOrphaning: spec.deletionPolicy === 'Orphan' || before?.isOrphaning === true || this.orphaned.has(name),
    });
    this.orphaned.delete(name);
  }

  #delete(name: string): void {
    const before = this.present.get(name);
    this.present.delete(name);
    if (before?.spec.deletionPolicy === 'Orphan') this.orphaned.set(name, before);
  }

  #change(name: string, change: (before: SoakTickStorm) => Partial<SoakTickStorm>): void {
    const before = this.present.get(name);
    if (before !== undefined) this.present.set(name, { ...before, ...change(before) });
  }
}
