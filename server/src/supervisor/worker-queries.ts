import type { SupervisorOrder, WorkerReport } from '../link/process-message.ts';
import type { WorkerProcess } from './worker-process.ts';

/** What a worker that does not answer may hold up. */
const TIMEOUT_MS = 2_000;

type Query = Extract<SupervisorOrder, { request: number }>;
export type WorkerAnswer = Extract<WorkerReport, { request: number }>;

/** Asks workers and gathers their answers. */
export class WorkerQueries {
  readonly #pending: Map<number, (worker: WorkerProcess, answer: WorkerAnswer) => void> = new Map();
  #lastRequest = 0;

  /**
   * Sends a query to each worker.
   * @param query makes the order from the number of the request
   * @returns the answers that came in time
   */
  async ask(
    workers: Iterable<WorkerProcess>,
    query: (request: number) => Query,
  ): Promise<Map<WorkerProcess, WorkerAnswer>> {
    const request = ++this.#lastRequest;
    const missing = new Set(workers);
    const answers = new Map<WorkerProcess, WorkerAnswer>();
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, TIMEOUT_MS);
      const settle = (): void => {
        if (missing.size > 0) return;
        clearTimeout(timer);
        resolve();
      };
      this.#pending.set(request, (worker, answer) => {
        if (missing.delete(worker)) answers.set(worker, answer);
        settle();
      });
      for (const worker of missing) worker.order(query(request));
      settle();
    });
    this.#pending.delete(request);
    return answers;
  }

  /** An answer came; one that is too late is dropped. */
  onAnswer(worker: WorkerProcess, answer: WorkerAnswer): void {
    this.#pending.get(answer.request)?.(worker, answer);
  }
}
