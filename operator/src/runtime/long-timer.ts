/** Longest delay of a timer of Node, in milliseconds (24.8 days): one that is told more fires at once. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Calls back once after any delay, also one that a single timer cannot hold. @returns what cancels it */
export function callLater(delayMs: number, callback: () => void): () => void {
  let leftMs = delayMs;
  let timer: NodeJS.Timeout;
  const arm = (): void => {
    const stepMs = Math.min(leftMs, LONGEST_TIMER_MS);
    leftMs -= stepMs;
    timer = setTimeout(leftMs > 0 ? arm : callback, stepMs);
  };
  arm();
  return () => clearTimeout(timer);
}
