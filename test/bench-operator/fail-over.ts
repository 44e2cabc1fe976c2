import { setTimeout as delay } from 'node:timers/promises';
import type { BenchBed } from './bench-bed.ts';
import { deleteBudget } from './drift.ts';
import type { RunningOperator } from './running-operator.ts';

/** Period of the leader's renewals: when in it the signal comes decides how long a stand-by waits. */
const RENEWAL_MS = 2_000;
const PATIENCE_MS = 60_000;

/** A leader and its stand-by, one of which is ended again and again. */
export class FailOver {
  readonly #bed: BenchBed;
  #leader: RunningOperator;
  #standby: RunningOperator | undefined;

  constructor(bed: BenchBed, leader: RunningOperator) {
    this.#bed = bed;
    this.#leader = leader;
  }

  /** Ends the leader some times. @returns how long it took each time until the stand-by had repaired an object, in ms */
  async measure(signal: 'SIGTERM' | 'SIGKILL', times: number): Promise<number[]> {
    const tookMs: number[] = [];
    for (let index = 0; index < times; index += 1) {
      this.#standby ??= await this.#bed.startOperator();
      await this.#standby.quiet(PATIENCE_MS);
      await delay(((index + 0.5) / times) * RENEWAL_MS);
      const beganMs = performance.now();
      await this.#leader.end(signal);
      // Only now, so that nobody but the stand-by can repair it.
      const [namespace, name] = this.#bed.names[index % this.#bed.names.length]!;
      tookMs.push(await deleteBudget(this.#bed, namespace, name, beganMs));
      this.#leader = this.#standby;
      this.#standby = undefined;
    }
    return tookMs;
  }

  async end(): Promise<void> {
    await this.#leader.end('SIGKILL');
    await this.#standby?.end('SIGKILL');
  }
}
