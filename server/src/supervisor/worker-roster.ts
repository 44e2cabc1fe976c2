import type { ConnectionRow } from '../link/connection-row.ts';
import type { MetricsSnapshot, SupervisorOrder } from '../link/process-message.ts';
import { RetiredMetrics } from './retired-metrics.ts';
import type { WorkerLoad } from './supervisor-metrics.ts';
import type { WorkerProcess } from './worker-process.ts';
import type { WorkerAnswer } from './worker-queries.ts';
import { WorkerQueries } from './worker-queries.ts';

export interface WorkerConnection {
  worker: WorkerProcess;
  row: ConnectionRow;
}

/** The workers whose process runs: what is known of all of them, and what is asked or ordered of all. */
export class WorkerRoster {
  readonly #workers: Set<WorkerProcess> = new Set();
  readonly #queries: WorkerQueries = new WorkerQueries();
  /** Counters of workers that are gone. */
  readonly #retired: RetiredMetrics = new RetiredMetrics();

  get size(): number {
    return this.#workers.size;
  }

  get all(): readonly WorkerProcess[] {
    return [...this.#workers];
  }

  /** Those that take orders. */
  get started(): readonly WorkerProcess[] {
    return this.all.filter(({ hasStarted }) => hasStarted);
  }

  add(worker: WorkerProcess): void {
    this.#workers.add(worker);
  }

  /** Its process has ended. */
  remove(worker: WorkerProcess): void {
    this.#workers.delete(worker);
    void this.#retired.add(worker.lastMetrics);
  }

  /** A worker has answered what it was asked here. */
  onAnswer(worker: WorkerProcess, answer: WorkerAnswer): void {
    this.#queries.onAnswer(worker, answer);
  }

  /** Connections of all workers. */
  get connections(): number {
    let total = 0;
    for (const worker of this.#workers) total += worker.connections;
    return total;
  }

  get loads(): readonly WorkerLoad[] {
    return Array.from(this.#workers, (worker) => ({
      index: worker.index,
      connections: worker.connections,
      bytesSent: worker.metric('tick_storm_bytes_sent_total'),
    }));
  }

  /** A gauge without labels over all workers, by their last metrics. */
  sumOf(gauge: string): number {
    let sum = 0;
    for (const worker of this.#workers) sum += worker.metric(gauge);
    return sum;
  }

  /** A counter over all workers and those that are gone, by the values of its label; by their last metrics. */
  sumsBy(label: string, counter: string): Record<string, number> {
    const sums: Record<string, number> = {};
    for (const metrics of [...this.all.map(({ lastMetrics }) => lastMetrics), this.#retired.metrics]) {
      for (const { labels, value } of metrics.find(({ name }) => name === counter)?.values ?? []) {
        const place = String(labels[label]);
        sums[place] = (sums[place] ?? 0) + value;
      }
    }
    return sums;
  }

  /** What is told of each worker. */
  describe(): object[] {
    return Array.from(this.#workers, ({ index, pid, connections, isListening, isLeaving }) => ({
      index,
      pid,
      connections,
      isListening,
      isLeaving,
    }));
  }

  /** True while clients can connect. */
  get hasListener(): boolean {
    for (const worker of this.#workers) if (worker.isListening) return true;
    return false;
  }

  broadcast(order: SupervisorOrder): void {
    for (const worker of this.#workers) worker.order(order);
  }

  /**
   * Asks every worker for its metrics. Of one that does not answer in time the last known ones are taken, and
   * those that are gone are in their sum: no counter ever falls.
   */
  async collectMetrics(): Promise<MetricsSnapshot[]> {
    await this.#queries.ask(this.started, (request) => ({ type: 'metrics', request }));
    await this.#retired.settle();
    return [...Array.from(this.#workers, (worker) => worker.lastMetrics), this.#retired.metrics];
  }

  /** The `limit` connections with the most bytes waiting, and how many there are. */
  async connectionsByPending(limit: number): Promise<{ rows: WorkerConnection[]; total: number }> {
    const answers = await this.#queries.ask(this.started, (request) => ({ type: 'connections', request, limit }));
    const rows: WorkerConnection[] = [];
    let total = 0;
    for (const [worker, answer] of answers) {
      if (answer.type !== 'connections') continue;
      total += answer.total;
      for (const row of answer.rows) rows.push({ worker, row });
    }
    // Among equals an order that stays, so that pages do not overlap.
    rows.sort(
      (a, b) =>
        b.row.pendingBytes - a.row.pendingBytes || (a.worker.pid ?? 0) - (b.worker.pid ?? 0) || a.row.id - b.row.id,
    );
    return { rows: rows.slice(0, limit), total };
  }

  /** Closes one connection. @returns false when the worker with this process id has none with this number */
  async kick(pid: number, id: number): Promise<boolean> {
    const worker = this.started.filter((each) => each.pid === pid);
    const answers = await this.#queries.ask(worker, (request) => ({ type: 'kick', request, id }));
    return [...answers.values()].some((answer) => answer.type === 'kicked' && answer.isFound);
  }

  /**
   * Asks clients that understand GOAWAY to connect elsewhere.
   * @param wanted how many, shared out by the connections that each worker has
   * @param perSecond of all workers together
   */
  rebalance(wanted: number, perSecond: number): void {
    const total = this.connections;
    if (total === 0) return;
    let counted = 0;
    let given = 0;
    for (const worker of this.#workers) {
      counted += worker.connections;
      const connections = Math.round((wanted * counted) / total) - given;
      given += connections;
      if (connections === 0) continue;
      worker.order({ type: 'rebalance', connections, perSecond: (perSecond * worker.connections) / total });
    }
  }

  /** For how long the busiest worker has worked on packets since this was called last. */
  takeBusiestMs(): number {
    let busiest = 0;
    for (const worker of this.#workers) busiest = Math.max(busiest, worker.takeBusyMs());
    return busiest;
  }
}
