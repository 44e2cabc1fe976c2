import { setTimeout as delay } from 'node:timers/promises';
import type { Report } from '../cluster/report.ts';
import { AdminClient } from './admin-client.ts';
import { ChaosBed } from './chaos-bed.ts';
import type { ControlPlane } from './control-plane.ts';
import { operatorObjects, type LiveObject } from './end-state.ts';
import { isWorkWrite } from './fault.ts';
import { installForeignCrds } from './foreign-crds.ts';
import type { Footprint } from './operator-footprint.ts';
import { SeededFaults } from './seeded-faults.ts';
import type { SoakAction } from './soak-action.ts';
import { SoakActor } from './soak-actor.ts';
import { disturb } from './soak-disturbances.ts';
import { differences } from './soak-end.ts';
import type { SoakState } from './soak-model.ts';
import { namespaceOf, soakNames, soakNamespaces } from './soak-namespaces.ts';
import { SoakOperators } from './soak-operators.ts';
import { soakEnd, soakPlan } from './soak-plan.ts';

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
  /** How many of which kind. */
  readonly actions: Readonly<Record<string, number>>;
  readonly tickStormsAtEnd: number;
  /** TickStorms that were deleted with the policy Orphan, and have left their objects. */
  readonly orphanedAtEnd: number;
  /** How often which fault was injected. */
  readonly faults: Readonly<Record<string, number>>;
  /** Time from the last fault to the exact end state. */
  readonly convergenceMs: number;
  /** Writes of an operator that is started after the end: it must find nothing to do. */
  readonly writesAfterEnd: number;
}

/** For the whole cluster. Kinds that may be installed later are looked for often: a look may fail. */
const RELEASE = { namespace: 'soak-system', watchNamespaces: [], environment: { DISCOVERY_SECONDS: '2' } };
const OPERATORS = ['soak-first', 'soak-second'] as const;
const FOREIGN_KINDS = ['servicemonitors', 'prometheusrules'];
/** Longest that the operator may make no progress once all faults have ended; a stalled watch takes it 165 s. */
const STANDSTILL_MS = 240_000;
const LOOK_EVERY_MS = 3_000;
/** Longest wait, once all faults have ended, for what the operator has to do before an action. */
const PATIENCE_MS = 300_000;
/** Time that a fresh operator gets to look at everything. */
const VERIFICATION_MS = 300_000;

interface Held {
  readonly name: string;
  readonly namespace: string;
  readonly finalizers?: readonly string[];
}

/** Makes, changes and deletes TickStorms at random under faults of every kind, and judges the end. */
export class Soak {
  readonly #options: SoakOptions;
  readonly #bed: ChaosBed;
  readonly #admin: AdminClient;
  readonly #faults: SeededFaults;
  readonly #operators: SoakOperators;

  constructor(options: SoakOptions) {
    const { controlPlane, seed, seconds, report } = options;
    this.#options = options;
    this.#bed = new ChaosBed(controlPlane);
    this.#admin = new AdminClient(controlPlane.kubeconfig);
    this.#faults = new SeededFaults({ seed, withStalls: seconds >= 300 });
    this.#operators = new SoakOperators({ bed: this.#bed, release: RELEASE, fault: this.#faults.next, report });
  }

  async run(): Promise<SoakResult> {
    const foreign = await installForeignCrds(this.#bed.kubectl);
    try {
      return await this.#run();
    } finally {
      this.#operators.startNoMore();
      await this.#bed.clear();
      await this.#release();
      this.#admin.close();
      await this.#bed.kubectl.run(['delete', 'crd', ...foreign, '--ignore-not-found', '--timeout=60s']);
    }
  }

  /** Those that drain on deletion are held by a finalizer, and no operator is left to take it off. */
  async #release(): Promise<void> {
    const path = '/apis/tickstorm.io/v1alpha1';
    const list = await this.#admin.get<{ readonly items: readonly { readonly metadata: Held }[] }>(
      `${path}/tickstorms`,
    );
    for (const { metadata } of list?.items ?? []) {
      const { name, namespace, finalizers } = metadata;
      if (finalizers === undefined || !soakNamespaces(this.#options.resources).includes(namespace)) continue;
      const body = { metadata: { finalizers: null } };
      await this.#admin.mergePatch(`${path}/namespaces/${namespace}/tickstorms/${name}`, body);
    }
  }

  async #run(): Promise<SoakResult> {
    const { seed, resources, seconds, report } = this.#options;
    const plan = soakPlan(seed, resources, resources * 3);
    const expected = soakEnd(plan);
    for (const name of [RELEASE.namespace, ...soakNamespaces(resources)]) await this.#bed.namespace(name);
    for (const name of OPERATORS) await this.#operators.start(name);
    report(`${plan.length} actions on ${resources} TickStorms in ${seconds} s, seed ${seed}`);
    const actor = await this.#actUnderFaults(plan);
    const endedMs = performance.now();
    const { present, orphaned } = expected;
    report(
      `all faults have ended; ${present.size} TickStorms are to be there, and the objects of ${orphaned.size} others`,
    );
    await actor.finished();
    await this.#awaitExact(expected);
    const convergenceMs = performance.now() - endedMs;
    report(`the end state is exact after ${Math.round(convergenceMs / 100) / 10} s`);
    await this.#operators.quiet(VERIFICATION_MS);
    const resourcesUsed = await this.#operators.resources();
    await this.#operators.end();
    return {
      actions: countByKind(plan),
      tickStormsAtEnd: present.size,
      orphanedAtEnd: orphaned.size,
      faults: Object.fromEntries([...this.#faults.injected].toSorted(([a], [b]) => (a < b ? -1 : 1))),
      convergenceMs,
      writesAfterEnd: await this.#writesOfAFreshOperator(),
      ...resourcesUsed,
    };
  }

  /** The actions, evenly over the time, while everything fails. Some may wait for the operator still when it ends. */
  async #actUnderFaults(plan: readonly SoakAction[]): Promise<SoakActor> {
    const { seed, resources, seconds, controlPlane, report } = this.#options;
    const look = shared(() => this.#look());
    const actor = new SoakActor({
      admin: this.#admin,
      controlPlane,
      names: soakNames(resources),
      look,
      patienceMs: seconds * 1_000 + PATIENCE_MS,
    });
    const stop = new AbortController();
    const disturbing = disturb(
      { seed, seconds, controlPlane, operators: this.#operators, names: OPERATORS, report },
      stop.signal,
    );
    const startedMs = performance.now();
    const stepMs = (seconds * 1_000) / plan.length;
    try {
      for (const [index, action] of plan.entries()) {
        await delay(Math.max(0, startedMs + index * stepMs - performance.now()));
        if (action.kind.startsWith('delete-')) report(JSON.stringify(action));
        actor.begin(action);
      }
    } finally {
      stop.abort();
      await disturbing;
    }
    this.#operators.endFaults();
    return actor;
  }

  async #awaitExact(expected: SoakState): Promise<void> {
    let fewest = Number.POSITIVE_INFINITY;
    let progressedMs = performance.now();
    for (;;) {
      const left = differences(expected, namespaceOf, await this.#look());
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

  async #look(): Promise<LiveObject[]> {
    const objects = await operatorObjects(this.#bed.kubectl, undefined, FOREIGN_KINDS);
    return objects.filter(({ metadata }) => metadata.namespace.startsWith('soak-'));
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

/** The same, once for all who ask while it has not begun: many may, and each look costs the API server a lot. */
function shared<T>(look: () => Promise<T>): () => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  let next: Promise<T> | undefined;
  return () => {
    next ??= last
      .catch(() => undefined)
      .then(() => delay(LOOK_EVERY_MS))
      .then(() => {
        last = next!;
        next = undefined;
        return look();
      });
    return next;
  };
}

function countByKind(plan: readonly SoakAction[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { kind } of plan) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}
