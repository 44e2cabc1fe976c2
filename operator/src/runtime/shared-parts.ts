import { trusted } from './trusted.ts';

/** Parts that are remembered; more than that are of objects that are gone, or the parts are not worth sharing. */
const MOST = 20_000;
/** Characters of JSON of all parts that are remembered. */
const MOST_TEXT = 4 * 1024 * 1024;
/** Characters of JSON of a part, above which it is not remembered: what is as long has hardly ever its like. */
const LONGEST = 4_096;

/**
 * Keeps one copy of what many objects have in common, such as the labels and containers of the pods of one template: a
 * list or watch brings each object with a copy of its own. Shared parts must not be changed, like all that is cached.
 */
export class SharedParts {
  /** By their JSON. */
  readonly #known = new Map<string, unknown>();
  readonly #most: number;
  /** Characters of the keys. */
  #length = 0;

  constructor(most: number = MOST) {
    this.#most = most;
  }

  /** @returns the first part that was like this one, the names of its fields in the same order */
  share<Part>(part: Part): Part {
    const text = JSON.stringify(part);
    if (text.length > LONGEST) return part;
    const known = this.#known.get(text);
    if (known !== undefined) return trusted<Part>(known);
    // Whoever has parts of before keeps them; what comes is shared anew.
    if (this.#known.size >= this.#most || this.#length + text.length > MOST_TEXT) this.#clear();
    this.#known.set(text, part);
    this.#length += text.length;
    return part;
  }

  #clear(): void {
    this.#known.clear();
    this.#length = 0;
  }
}
