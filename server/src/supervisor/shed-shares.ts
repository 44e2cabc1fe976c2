/** How much of what slow clients hold a worker is to free. */
export interface ShedShare<Worker> {
  worker: Worker;
  bytes: number;
}

/**
 * Splits what is to be freed by what waits at each worker. One at which nothing waits is left out: it has nobody
 * to close.
 */
export function shedShares<Worker extends { readonly waitingBytes: number }>(
  workers: readonly Worker[],
  excessBytes: number,
): ShedShare<Worker>[] {
  const total = workers.reduce((sum, { waitingBytes }) => sum + waitingBytes, 0);
  return workers
    .filter(({ waitingBytes }) => waitingBytes > 0)
    .map((worker) => ({ worker, bytes: (excessBytes * worker.waitingBytes) / total }));
}
