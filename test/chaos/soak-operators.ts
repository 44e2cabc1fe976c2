import { setTimeout as delay } from 'node:timers/promises';
import { waitFor } from '../cluster/wait.ts';
import type { Report } from '../cluster/report.ts';
import type { BedOperator, ChaosBed } from './chaos-bed.ts';
import { isWorkWrite, type Fault, type ProxiedRequest } from './fault.ts';
import type { FaultProxy } from './fault-proxy.ts';
import type { Footprint } from './operator-footprint.ts';
import type { OperatorProcess } from './operator-process.ts';

export interface SoakOperatorsOptions {
  readonly bed: ChaosBed;
  readonly release: BedOperator;
  readonly fault: (request: ProxiedRequest) => Fault | undefined;
  readonly report: Report;
}

/** Time without a write after which the operators count as at rest. */
const QUIET_MS = 20_000;

/** Operators of one lease behind proxies, each of which is started again when it ends, as by a Deployment. */
export class SoakOperators {
  readonly #options: SoakOperatorsOptions;
  readonly #operators = new Map<string, OperatorProcess>();
  readonly #proxies = new Map<string, FaultProxy>();
  #isEnding = false;

  constructor(options: SoakOperatorsOptions) {
    this.#options = options;
  }

  async start(name: string): Promise<void> {
    const { bed, release, fault } = this.#options;
    const proxy = this.#proxies.get(name) ?? (await bed.proxy({ fault, keepsLists: true }));
    this.#proxies.set(name, proxy);
    // An API server answers a first list with what is true now; that a later one is older can be told.
    proxy.forgetLists();
    const operator = await bed.operator(name, proxy, {
      ...release,
      environment: { ...release.environment, LEADER_ELECTION: 'true' },
      hasOwnClock: true,
    });
    this.#operators.set(name, operator);
    void this.#restartAfter(name, operator);
  }

  /** Ends one of them. */
  async kill(name: string, signal: NodeJS.Signals): Promise<void> {
    await this.#operators.get(name)?.end(signal);
  }

  /** Sets the time of day of one of them, until it is started again. */
  async jump(name: string, wallMs: number): Promise<void> {
    await this.#operators.get(name)?.setClock({ wallMs });
  }

  /** Cuts all off from the API server for a while. */
  async cutOff(ms: number): Promise<void> {
    for (const proxy of this.#proxies.values()) proxy.disconnect();
    await delay(ms);
    for (const proxy of this.#proxies.values()) proxy.reconnect();
  }

  /** From now on nothing fails any more. */
  endFaults(): void {
    for (const proxy of this.#proxies.values()) {
      proxy.fault = () => undefined;
      proxy.reconnect();
    }
  }

  /** The statuses of TickStorms with pods follow these and autoscalers, which other controllers still see to. */
  async quiet(timeoutMs: number): Promise<void> {
    const passed = (): readonly { readonly sentMs: number }[] =>
      [...this.#proxies.values()].flatMap((proxy) => proxy.passed.filter((request) => isWorkWrite(request)));
    const lastWriteMs = (): number => Math.max(0, ...passed().map(({ sentMs }) => sentMs));
    await waitFor(() => performance.now() - lastWriteMs() > QUIET_MS, {
      what: `${QUIET_MS / 1_000} s without a write`,
      timeoutMs,
      intervalMs: 1_000,
    });
  }

  /** The most that one of them has. */
  async resources(): Promise<Footprint> {
    const all = await Promise.all([...this.#operators.values()].map((operator) => operator.resources()));
    return {
      rssBytes: Math.max(...all.map(({ rssBytes }) => rssBytes)),
      openFiles: Math.max(...all.map(({ openFiles }) => openFiles)),
    };
  }

  /** None is started again from now on. */
  startNoMore(): void {
    this.#isEnding = true;
  }

  async end(): Promise<void> {
    this.startNoMore();
    await Promise.all([...this.#operators.values()].map((operator) => operator.end('SIGTERM')));
  }

  async #restartAfter(name: string, operator: OperatorProcess): Promise<void> {
    const code = await operator.exited;
    if (this.#isEnding) return;
    this.#options.report(`${name} has ended with ${code}, and is started again`);
    await this.start(name);
  }
}
