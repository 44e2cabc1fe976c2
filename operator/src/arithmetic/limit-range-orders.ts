import { countOf, firstDefaults, type Defaults } from './limit-range-defaults.ts';

/** So many amounts are looked at in about 10 ms. */
const MOST_STEPS = 10_000;

/** What may be spent on a question whose answer could take any time. */
export class Allowance {
  #left = MOST_STEPS;

  /** @returns whether there was as much left */
  spend(steps: number): boolean {
    this.#left -= steps;
    return !this.isOverdrawn;
  }

  get isOverdrawn(): boolean {
    return this.#left < 0;
  }
}

/**
 * What they may give together: of all orders one outcome each, which the first few of an order decide. Of twenty that have
 * defaults for the same resources there are twenty. Ends early where there is no allowance left.
 */
export function* outcomesOf(givers: readonly Defaults[], allowance: Allowance): Generator<Defaults> {
  const whole = countOf(firstDefaults(givers));
  const seen = new Set<string>();
  // What beginnings of orders give.
  const open = [firstDefaults([])];
  for (let given = open.pop(); given !== undefined; given = open.pop()) {
    const size = countOf(given);
    if (!allowance.spend(size + 1)) return;
    const text = textOf(given);
    if (seen.has(text)) continue;
    seen.add(text);
    // Whoever comes next changes nothing.
    if (size === whole) {
      yield given;
      continue;
    }
    for (const giver of givers) {
      const next = firstDefaults([given, giver]);
      if (!allowance.spend(countOf(next))) return;
      if (countOf(next) > size) open.push(next);
    }
  }
}

/** Text that is the same where the defaults are. */
function textOf(defaults: Defaults): string {
  const sorted = (field: keyof Defaults): object =>
    Object.entries(defaults[field]).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([sorted('default'), sorted('defaultRequest')]);
}
