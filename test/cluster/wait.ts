import { setTimeout as delay } from 'node:timers/promises';

interface WaitOptions {
  /** What is waited for, as the end of the sentence "waited N s for ...". */
  readonly what: string;
  readonly timeoutMs: number;
  readonly intervalMs?: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Polls `probe` until it gives something other than undefined or false, and resolves to that. A probe that throws
 * counts as not yet; its last error is named when the time is up.
 */
export async function waitFor<T>(
  probe: () => T | undefined | false | Promise<T | undefined | false>,
  options: WaitOptions,
): Promise<T> {
  const deadline = Date.now() + options.timeoutMs;
  let lastError: unknown;
  for (;;) {
    options.signal?.throwIfAborted();
    try {
      const value = await probe();
      if (value !== undefined && value !== false) return value;
      lastError = undefined;
    } catch (error) {
      lastError = error;
    }
    if (Date.now() >= deadline) {
      const last = lastError instanceof Error ? `; the last answer was: ${lastError.message}` : '';
      throw new Error(`waited ${Math.round(options.timeoutMs / 1000)} s for ${options.what}${last}`);
    }
    await delay(options.intervalMs ?? 100, undefined, { signal: options.signal });
  }
}
