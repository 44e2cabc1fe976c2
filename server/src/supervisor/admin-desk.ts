import type { HotSettings, LogLevel } from '../config/server-config.ts';
import type { Hub } from '../fanout/hub.ts';
import type { AdminTarget } from '../ops/admin-routes.ts';
import type { DrainStatus } from '../ops/service-state.ts';
import type { DrainControl } from './drain-control.ts';
import type { WorkerConnection, WorkerRoster } from './worker-roster.ts';

const modeNames = { 1: 'SECOND', 2: 'MINUTE' } as const;

export interface AdminDeskOptions {
  workers: WorkerRoster;
  hub: Hub;
  drainControl: DrainControl;
  settings: () => HotSettings;
  applySettings: (hot: HotSettings) => void;
}

/** Does what the admin port asks for. */
export class AdminDesk implements AdminTarget {
  readonly #options: AdminDeskOptions;

  constructor(options: AdminDeskOptions) {
    this.#options = options;
  }

  async connections(offset: number, limit: number): Promise<{ total: number; connections: object[] }> {
    const { rows, total } = await this.#options.workers.connectionsByPending(offset + limit);
    return { total, connections: rows.slice(offset).map((each) => this.#describe(each)) };
  }

  kick(pid: number, id: number): Promise<boolean> {
    return this.#options.workers.kick(pid, id);
  }

  drainStatus(): DrainStatus {
    return this.#options.drainControl.status;
  }

  park(seconds: number | undefined, delaySeconds: number): void {
    const windowMs = (seconds ?? this.#options.settings().drainSeconds) * 1_000;
    this.#options.drainControl.park(windowMs, delaySeconds * 1_000);
  }

  resume(): Promise<void> {
    return this.#options.drainControl.resume();
  }

  rebalance(connections: number, perSecond: number): void {
    this.#options.workers.rebalance(connections, perSecond);
  }

  get logLevel(): LogLevel {
    return this.#options.settings().logLevel;
  }

  /** Holds until the configuration file changes. */
  set logLevel(logLevel: LogLevel) {
    const { settings, applySettings } = this.#options;
    applySettings({ ...settings(), logLevel });
  }

  #describe({ worker, row }: WorkerConnection): object {
    const { id, mode, group, ...rest } = row;
    return {
      id: `${worker.pid}-${id}`,
      worker: worker.index,
      ...rest,
      mode: mode === undefined ? null : modeNames[mode],
      // null = it has no stream yet.
      filter: mode === undefined ? null : (this.#options.hub.filterOf(mode, group) ?? null),
    };
  }
}
