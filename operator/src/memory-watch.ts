import type { Logger } from './runtime/logger.ts';

/** What the process has of memory, and may have. */
export interface MemoryUse {
  readonly heapBytes: number;
  /** The engine ends the process when live objects need more. */
  readonly heapLimitBytes: number;
  readonly residentBytes: number;
  /** The kernel ends the process when it has more: the container's limit, or the machine's memory. */
  readonly limitBytes: number;
}

export interface MemoryWatchOptions {
  readonly read: () => MemoryUse;
  /** Number of objects in the caches, by kind. */
  readonly cachedObjects: () => Readonly<Record<string, number>>;
  readonly logger: Logger;
}

const LOOK_MS = 10_000;
/** Part of a limit at which memory runs short, and below which it does no more. */
const SHORT = 0.85;
const ENOUGH = 0.75;
/** Looks in a row at which it must be so: what was allocated for a moment is collected by then. */
const LOOKS = 3;

const mebibytes = (bytes: number): number => Math.round(bytes / 2 ** 20);

/**
 * Says in the log that memory runs short, and of how many objects, before the kernel or the engine ends the process:
 * what they leave behind is at most an exit code.
 */
export class MemoryWatch {
  readonly #options: MemoryWatchOptions;
  #isShort = false;
  #looks = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: MemoryWatchOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer = setInterval(() => this.look(), LOOK_MS);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Looks once; a shortage that lasts is told, once. */
  look(): void {
    const { heapBytes, heapLimitBytes, residentBytes, limitBytes } = this.#options.read();
    const share = Math.max(heapBytes / heapLimitBytes, residentBytes / limitBytes);
    this.#looks = share >= SHORT ? this.#looks + 1 : 0;
    if (!this.#isShort && this.#looks >= LOOKS) {
      this.#isShort = true;
      this.#options.logger.warn('memory runs short: raise resources.limits.memory of the operator', {
        heapMebibytes: mebibytes(heapBytes),
        heapLimitMebibytes: mebibytes(heapLimitBytes),
        residentMebibytes: mebibytes(residentBytes),
        limitMebibytes: mebibytes(limitBytes),
        objects: this.#options.cachedObjects(),
      });
    }
    if (share < ENOUGH) this.#isShort = false;
  }
}
