import { setTimeout as delay } from 'node:timers/promises';
import type { Report } from '../cluster/report.ts';
import { waitFor } from '../cluster/wait.ts';
import { AdminClient } from './admin-client.ts';
import { ChaosBed } from './chaos-bed.ts';
import type { ControlPlane } from './control-plane.ts';
import { operatorObjects } from './end-state.ts';
import { isWorkWrite } from './fault.ts';
import type { FaultProxy } from './fault-proxy.ts';
import type { Footprint } from './operator-footprint.ts';
import type { OperatorProcess } from './operator-process.ts';
import { SeededFaults } from './seeded-faults.ts';
import { differences } from './soak-end.ts';
import { soakEnd, soakPlan, type SoakAction, type SoakChild, type SoakSpec } from './soak-plan.ts';
import { podless } from './tick-storms.ts';

export interface SoakOptions {
  readonly controlPlane: ControlPlane;
  readonly seed: number;
  /** Number of TickStorms that are made, changed and deleted. */
  readonly resources: number;
  /** For how long. */
  readonly seconds: number;
  readonly report: Report;
}

export interface SoakResult extends Footprint {
  readonly actions: number;
  readonly tickStormsAtEnd: number;
  /** How often which fault was injected. */
  readonly faults: Readonly<Record<string, number>>;
  /** Time from the last action to the exact end state. */
  readonly convergenceMs: number;
  /** Writes of an operator that is started after the end: it must find nothing to do. */
  readonly writesAfterEnd: number;
}

const TICK_STORMS_PER_NAMESPACE = 25;
/** For the whole cluster. */
const RELEASE = { namespace: 'soak-system', watchNamespaces: [] };
/** Longest that the operator may make no progress once all faults have ended; a stalled watch takes it 150 s. */
const STANDSTILL_MS = 240_000;
const LOOK_EVERY_MS = 3_000;
/** Time without a write after which the operators count as at rest. */
const QUIET_MS = 20_000;
/** Time that a fresh operator gets to look at everything. */
const VERIFICATION_MS = 300_000;
const NAMES: Readonly<Record<SoakChild, (name: string) => string>> = {
  configmaps: (name) => `api/v1/namespaces/NAMESPACE/configmaps/${name}-config`,
  services: (name) => `api/v1/namespaces/NAMESPACE/services/${name}-headless`,
  deployments: (name) => `apis/apps/v1/namespaces/NAMESPACE/deployments/${name}`,
  roles: (name) => `apis/rbac.authorization.k8s.io/v1/namespaces/NAMESPACE/roles/${name}-role`,
  poddisruptionbudgets: (name) => `apis/policy/v1/namespaces/NAMESPACE/poddisruptionbudgets/${name}-pdb`,
};
const EDITS: Readonly<Record<SoakChild, object>> = {
  configmaps: { data: { intruder: 'x' } },
  services: { spec: { ports: [{ name: 'intruder', port: 1 }] } },
  deployments: { spec: { minReadySeconds: 77 } },
  roles: { rules: [] },
  poddisruptionbudgets: { spec: { minAvailable: 5 } },
};

/** Makes, changes and deletes TickStorms at random under faults of every kind, and judges the end. */
export class Soak {
  readonly #options: SoakOptions;
  readonly #bed: ChaosBed;
  readonly #admin: AdminClient;
  readonly #faults: SeededFaults;
  readonly #operators = new Map<string, OperatorProcess>();
  readonly #proxies = new Map<string, FaultProxy>();
  #isEnding = false;

  constructor(options: SoakOptions) {
    this.#options = options;
    this.#bed = new ChaosBed(options.controlPlane);
    this.#admin = new AdminClient(options.controlPlane.kubeconfig);
    this.#faults = new SeededFaults({ seed: options.seed, withStalls: options.seconds >= 300 });
  }

  async run(): Promise<SoakResult> {
    try {
      return await this.#run();
    } finally {
      this.#isEnding = true;
      await this.#bed.clear();
      this.#admin.close();
    }
  }

  async #run(): Promise<SoakResult> {
    const { seed, resources, seconds, report } = this.#options;
    const plan = soakPlan(seed, resources, resources * 3);
    const expected = soakEnd(plan);
    await this.#bed.namespace(RELEASE.namespace);
    for (let index = 0; index * TICK_STORMS_PER_NAMESPACE < resources; index += 1) {
      await this.#bed.namespace(`soak-${index}`);
    }
    for (const name of ['soak-first', 'soak-second']) await this.#startOperator(name);
    report(`${plan.length} actions on ${resources} TickStorms in ${seconds} s, seed ${seed}`);
    const stop = new AbortController();
    const disturbing = this.#disturb(stop.signal);
    try {
      await this.#act(plan);
    } finally {
      stop.abort();
      await disturbing;
    }
    for (const proxy of this.#proxies.values()) {
      proxy.fault = () => undefined;
      proxy.reconnect();
    }
    const endedMs = performance.now();
    report(`all faults have ended; ${expected.size} TickStorms are to be there`);
    await this.#awaitExact(expected);
    const convergenceMs = performance.now() - endedMs;
    report(`the end state is exact after ${Math.round(convergenceMs / 100) / 10} s`);
    await this.#awaitQuiet();
    const resourcesUsed = await Promise.all([...this.#operators.values()].map((operator) => operator.resources()));
    this.#isEnding = true;
    await Promise.all([...this.#operators.values()].map((operator) => operator.end('SIGTERM')));
    return {
      actions: plan.length,
      tickStormsAtEnd: expected.size,
      faults: Object.fromEntries([...this.#faults.injected].toSorted(([a], [b]) => (a < b ? -1 : 1))),
      convergenceMs,
      writesAfterEnd: await this.#writesOfAFreshOperator(),
      rssBytes: Math.max(...resourcesUsed.map(({ rssBytes }) => rssBytes)),
      openFiles: Math.max(...resourcesUsed.map(({ openFiles }) => openFiles)),
    };
  }

  /** Starts an operator, and another whenever it ends, as a Deployment does. */
  async #startOperator(name: string): Promise<void> {
    const proxy = this.#proxies.get(name) ?? (await this.#bed.proxy({ fault: this.#faults.next }));
    this.#proxies.set(name, proxy);
    const operator = await this.#bed.operator(name, proxy, {
      ...RELEASE,
      environment: { LEADER_ELECTION: 'true' },
    });
    this.#operators.set(name, operator);
    void this.#restartAfter(name, operator);
  }

  async #restartAfter(name: string, operator: OperatorProcess): Promise<void> {
    const code = await operator.exited;
    if (this.#isEnding) return;
    this.#options.report(`${name} has ended with ${code}, and is started again`);
    await this.#startOperator(name);
  }

  /** The actions, evenly over the time. */
  async #act(plan: readonly SoakAction[]): Promise<void> {
    const startedMs = performance.now();
    const stepMs = (this.#options.seconds * 1_000) / plan.length;
    for (const [index, action] of plan.entries()) {
      await delay(Math.max(0, startedMs + index * stepMs - performance.now()));
      await this.#perform(action);
    }
  }

  async #perform(action: SoakAction): Promise<void> {
    const namespace = namespaceOf(action.name);
    const tickStorm = `/apis/tickstorm.io/v1alpha1/namespaces/${namespace}/tickstorms/${action.name}`;
    if (action.kind === 'apply') {
      await this.#admin.apply(tickStorm, podless(namespace, action.name, specOf(action.spec)));
      return;
    }
    if (action.kind === 'delete') {
      await this.#admin.delete(tickStorm);
      return;
    }
    const child = `/${NAMES[action.child](action.name).replace('NAMESPACE', namespace)}`;
    if (action.kind === 'drop') await this.#admin.delete(child);
    else await this.#admin.mergePatch(child, EDITS[action.child]);
  }

  /** The rough things, one after the other, from the first sixth of the time on. */
  async #disturb(signal: AbortSignal): Promise<void> {
    const { controlPlane, seconds, report } = this.#options;
    const disturbances: readonly (readonly [string, () => Promise<void>])[] = [
      ['an operator is killed', () => this.#end('soak-first', 'SIGKILL')],
      // While it restarts, garbage collection can miss that an owner was deleted.
      ['the API server is killed', () => controlPlane.restartApiServer()],
      ['both operators are cut off', () => this.#cutOff(Math.min(60_000, seconds * 100))],
      ['etcd is compacted', () => controlPlane.compact()],
      ['an operator is stopped', () => this.#end('soak-second', 'SIGTERM')],
    ];
    for (let round = 0; !signal.aborted; round += 1) {
      await delay((seconds * 1_000) / 6 / Math.max(1, seconds / 300), undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      const [what, disturb] = disturbances[round % disturbances.length]!;
      report(what);
      await disturb();
    }
  }

  async #end(name: string, signal: NodeJS.Signals): Promise<void> {
    await this.#operators.get(name)?.end(signal);
  }

  async #cutOff(ms: number): Promise<void> {
    for (const proxy of this.#proxies.values()) proxy.disconnect();
    await delay(ms);
    for (const proxy of this.#proxies.values()) proxy.reconnect();
  }

  async #awaitExact(expected: ReadonlyMap<string, SoakSpec>): Promise<void> {
    const look = async (): Promise<string[]> =>
      differences(
        expected,
        namespaceOf,
        (await operatorObjects(this.#bed.kubectl)).filter(({ metadata }) => metadata.namespace.startsWith('soak-')),
      );
    let fewest = Number.POSITIVE_INFINITY;
    let progressedMs = performance.now();
    for (;;) {
      const left = await look();
      if (left.length === 0) return;
      if (left.length < fewest) {
        fewest = left.length;
        progressedMs = performance.now();
      }
      // Not by the time that it takes: that is the machine's. By the time without any progress.
      if (performance.now() - progressedMs > STANDSTILL_MS) {
        throw new Error(`the end state is not exact, ${left.length} differences:\n${left.slice(0, 20).join('\n')}`);
      }
      await delay(LOOK_EVERY_MS);
    }
  }

  /** The statuses of autoscaled TickStorms follow their pods and autoscalers, which other controllers still see to. */
  async #awaitQuiet(): Promise<void> {
    const lastWriteMs = (): number =>
      Math.max(
        0,
        ...[...this.#proxies.values()].flatMap(({ passed }) =>
          passed.filter((request) => isWorkWrite(request)).map(({ sentMs }) => sentMs),
        ),
      );
    await waitFor(() => performance.now() - lastWriteMs() > QUIET_MS, {
      what: `${QUIET_MS / 1_000} s without a write`,
      timeoutMs: VERIFICATION_MS,
      intervalMs: 1_000,
    });
  }

  async #writesOfAFreshOperator(): Promise<number> {
    const proxy = await this.#bed.proxy();
    const operator = await this.#bed.operator('soak-verifier', proxy, RELEASE);
    await operator.idle(VERIFICATION_MS);
    await operator.end();
    const writes = proxy.passed.filter((passed) => isWorkWrite(passed));
    for (const { method, path } of writes.slice(0, 10))
      this.#options.report(`written after the end: ${method} ${path}`);
    return writes.length;
  }
}

function namespaceOf(name: string): string {
  return `soak-${Math.floor(Number(name.slice(1)) / TICK_STORMS_PER_NAMESPACE)}`;
}

function specOf({ drainSeconds, isAutoscaled, isQuotaManaged }: SoakSpec): object {
  return {
    server: { drainSeconds },
    quota: { mode: isQuotaManaged ? 'Managed' : 'None' },
    ...(isAutoscaled && { replicas: 1, autoscaling: { mode: 'Enabled', minReplicas: 1, maxReplicas: 2 } }),
  };
}
