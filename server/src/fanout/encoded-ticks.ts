/** A power of two; at about 200 bytes each that is 6.5 MB per mode at most. */
const PLACES = 32_768;

/**
 * The encoded ticks that were needed last, by position, so that catch-ups share them with each other and with
 * the live stream. Each position has one place, and the newest tick there takes it: nothing is searched, and
 * the memory is bounded.
 */
export class EncodedTicks {
  readonly #sequences: Float64Array = new Float64Array(PLACES);
  readonly #ticks: (Buffer | undefined)[] = [];

  get(sequence: number): Buffer | undefined {
    const place = sequence % PLACES;
    return this.#sequences[place] === sequence ? this.#ticks[place] : undefined;
  }

  set(sequence: number, tick: Buffer): void {
    const place = sequence % PLACES;
    this.#sequences[place] = sequence;
    this.#ticks[place] = tick;
  }
}
