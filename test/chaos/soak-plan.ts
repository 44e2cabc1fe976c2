import { drawer } from './seeded-faults.ts';
import { SOAK_CHILDREN, SOAK_PAUSES, type SoakAction, type SoakSpec } from './soak-action.ts';
import { SoakModel, type SoakState, type SoakTickStorm } from './soak-model.ts';
import { namespaceOf, soakNames } from './soak-namespaces.ts';

/** A namespace is deleted once in so many actions. */
const ACTIONS_PER_NAMESPACE = 500;
const MOST_REPLICAS = 3;

/** Whether nobody can say what its deletion leaves before it is resumed: not all that was declared has been applied. */
const mustResume = ({ paused, isOrphaning }: SoakTickStorm): boolean => paused !== undefined && isOrphaning;

/** Draws one action after the other. */
class Planner {
  readonly actions: SoakAction[] = [];
  readonly #draw: () => number;
  readonly #model = new SoakModel();

  constructor(seed: number) {
    this.#draw = drawer(`soak ${seed}`);
  }

  pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.#draw() * items.length)]!;
  }

  add(action: SoakAction): void {
    this.#model.perform(action);
    this.actions.push(action);
  }

  /** What somebody does to the TickStorm of this name. */
  addAbout(name: string): void {
    const before = this.#model.present.get(name);
    if (before === undefined) this.add({ kind: 'apply', name, spec: this.#spec() });
    else this.add(this.#change(name, before));
  }

  /** The definition goes, with all TickStorms. */
  addCrdDeletion(): void {
    for (const [name, tickStorm] of this.#model.present) {
      if (mustResume(tickStorm)) this.add({ kind: 'pause', name, value: undefined });
    }
    this.add({ kind: 'delete-crd' });
  }

  /** Nothing stays paused: what is declared is what is to be there in the end. */
  end(): void {
    for (const [name, { paused }] of this.#model.present) {
      if (paused !== undefined) this.add({ kind: 'pause', name, value: undefined });
    }
  }

  #change(name: string, before: SoakTickStorm): SoakAction {
    const chance = this.#draw();
    if (chance < 0.3) return { kind: 'apply', name, spec: this.#spec() };
    if (chance < 0.55) return mustResume(before) ? { kind: 'pause', name, value: undefined } : { kind: 'delete', name };
    if (chance < 0.68) return { kind: 'drop', name, child: this.pick(SOAK_CHILDREN) };
    if (chance < 0.81) return { kind: 'edit', name, child: this.pick(SOAK_CHILDREN) };
    if (chance < 0.9 || before.paused === 'all') {
      return { kind: 'pause', name, value: before.paused === undefined ? this.pick(SOAK_PAUSES) : undefined };
    }
    return { kind: 'scale', name, replicas: 1 + Math.floor(this.#draw() * MOST_REPLICAS) };
  }

  #spec(): SoakSpec {
    return {
      drainSeconds: 5 + Math.floor(this.#draw() * 50),
      isAutoscaled: this.#draw() < 0.1,
      isQuotaManaged: this.#draw() < 0.7,
      deletionPolicy: this.pick(['Immediate', 'Immediate', 'Drain', 'Orphan'] as const),
      hasNetworkPolicy: this.#draw() < 0.3,
      isMonitored: this.#draw() < 0.3,
    };
  }
}

/**
 * About so many actions on `resources` TickStorms; the same for the same seed. Each TickStorm is made at some time, the
 * definition of all is deleted once, and of namespaces one at least.
 */
export function soakPlan(seed: number, resources: number, actions: number): readonly SoakAction[] {
  const planner = new Planner(seed);
  const names = soakNames(resources);
  const later = Array.from({ length: Math.max(actions - resources, 0) }, (_, index) => resources + index);
  const crdAt = later[Math.floor(later.length / 4)];
  const namespacesAt = new Set(
    Array.from({ length: Math.ceil(actions / ACTIONS_PER_NAMESPACE) }, () => planner.pick(later)),
  );
  for (let index = 0; index < actions; index += 1) {
    if (index === crdAt) planner.addCrdDeletion();
    if (namespacesAt.has(index)) planner.add({ kind: 'delete-namespace', namespace: namespaceOf(planner.pick(names)) });
    // Each once in order first, so that none is left out, then any.
    planner.addAbout(names[index] ?? planner.pick(names));
  }
  planner.end();
  return planner.actions;
}

/** What is there in the end. */
export function soakEnd(plan: readonly SoakAction[]): SoakState {
  const model = new SoakModel();
  for (const action of plan) model.perform(action);
  return model;
}
