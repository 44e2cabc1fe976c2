import { setTimeout as pause } from 'node:timers/promises';

/** How long a wait may last before it fails; a guard against hanging, not a measurement. */
export const GUARD_MS = 20_000;

const POLL_MS = 20;

/**
 * Waits until a condition holds that nothing announces.
 * @param giveUp called before it fails
 * @throws Error that names what was waited for, or what the condition throws
 */
export async function eventually(
  what: string,
  condition: () => boolean | Promise<boolean>,
  giveUp: () => void = () => {},
): Promise<void> {
  const startedMs = performance.now();
  while (!(await condition())) {
    if (performance.now() - startedMs > GUARD_MS) {
      giveUp();
      throw new Error(`waited ${GUARD_MS} ms for ${what}`);
    }
    await pause(POLL_MS);
  }
}
