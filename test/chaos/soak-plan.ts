import { drawer } from './seeded-faults.ts';

/** One thing that a user, or an intruder, does. */
export type SoakAction =
  | { readonly kind: 'apply'; readonly name: string; readonly spec: SoakSpec }
  | { readonly kind: 'delete'; readonly name: string }
  /** Somebody deletes an object of a TickStorm's. */
  | { readonly kind: 'drop'; readonly name: string; readonly child: SoakChild }
  /** Somebody edits one. */
  | { readonly kind: 'edit'; readonly name: string; readonly child: SoakChild };

export interface SoakSpec {
  readonly drainSeconds: number;
  readonly isAutoscaled: boolean;
  readonly isQuotaManaged: boolean;
}

const CHILDREN = ['configmaps', 'services', 'deployments', 'roles', 'poddisruptionbudgets'] as const;
export type SoakChild = (typeof CHILDREN)[number];

/** Actions on `resources` TickStorms; the same for the same seed. Nearly every TickStorm is made at some time. */
export function soakPlan(seed: number, resources: number, actions: number): readonly SoakAction[] {
  const draw = drawer(`soak ${seed}`);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(draw() * items.length)]!;
  const names = Array.from({ length: resources }, (_, index) => `t${index}`);
  const present = new Set<string>();
  return Array.from({ length: actions }, (_, index): SoakAction => {
    // Each once in order first, so that none is left out, then any.
    const name = index < resources ? names[index]! : pick(names);
    const chance = present.has(name) ? draw() : 0;
    if (chance < 0.35) {
      present.add(name);
      return {
        kind: 'apply',
        name,
        spec: {
          drainSeconds: 5 + Math.floor(draw() * 50),
          isAutoscaled: draw() < 0.1,
          isQuotaManaged: draw() < 0.7,
        },
      };
    }
    if (chance < 0.7) {
      present.delete(name);
      return { kind: 'delete', name };
    }
    return { kind: chance < 0.85 ? 'drop' : 'edit', name, child: pick(CHILDREN) };
  });
}

/** What is there in the end. */
export function soakEnd(plan: readonly SoakAction[]): ReadonlyMap<string, SoakSpec> {
  const end = new Map<string, SoakSpec>();
  for (const action of plan) {
    if (action.kind === 'apply') end.set(action.name, action.spec);
    else if (action.kind === 'delete') end.delete(action.name);
  }
  return end;
}
