import { trusted } from './trusted.ts';

/** Parts that are remembered; more than that are of objects that are gone, or the parts are not worth sharing. */
const MOST = 20_000;

/**
 * Keeps one copy of what many objects have in common, such as the labels and containers of the pods of one template: a
 * list or watch brings each object with a copy of its own. Shared parts must not be changed, like all that is cached.
 */
export class SharedParts {
  /** By their JSON. */
  readonly #known = new Map<string, unknown>();
  readonly #most: number;

  constructor(most: number = MOST) {
    this.#most = most;
  }

  /** @returns the first part that was like this one, the names of its fields in the same order */
  share<Part>(part: Part): Part {
    const text = JSON.stringify(part);
    const known = this.#known.get(text);
    if (known !== undefined) return trusted<Part>(known);
    // Whoever has parts of before keeps them; what comes is shared anew.
    if (this.#known.size >= this.#most) this.#known.clear();
    this.#known.set(text, part);
    return part;
  }
}
