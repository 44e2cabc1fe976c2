import { mkdir, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { AdminClient } from '../chaos/admin-client.ts';
import type { ControlPlane } from '../chaos/control-plane.ts';
import { restrictedNamespace } from '../install/restricted-namespace.ts';
import { benchTickStorm, OWNED_COLLECTIONS, SHARED_COLLECTIONS } from './bench-tick-storm.ts';
import { settings, type Contender } from './contender.ts';
import { ObjectWatch, type WatchedObject } from './object-watch.ts';
import { paces, type PaceName } from './pace.ts';
import { RunningOperator } from './running-operator.ts';

/** A TickStorm as far as the bench looks at it. */
interface WatchedTickStorm extends WatchedObject {
  readonly status?: {
    readonly observedGeneration?: number;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

/** A budget and a configuration: what the bench takes away and edits. */
export interface WatchedConfigMap extends WatchedObject {
  readonly data?: Readonly<Record<string, string>>;
}

export interface BenchBedOptions {
  readonly controlPlane: ControlPlane;
  readonly contender: Contender;
  readonly instances: number;
  /** Begins the names of the namespaces. */
  readonly prefix: string;
  /** Whether others use the control plane too: the operator then keeps to its own namespaces. */
  readonly isShared: boolean;
  readonly pace: PaceName;
}

const PER_NAMESPACE = 20;
/** Requests of the administrator at a time. */
const CONCURRENCY = 16;
const MANAGED = '?labelSelector=app.kubernetes.io/managed-by%3Dtick-storm-operator';

/** TickStorms that wait for an operator, and what it takes to start operators and to see what they do. */
export class BenchBed {
  readonly names: readonly (readonly [namespace: string, name: string])[];
  readonly admin: AdminClient;
  readonly tickStorms: ObjectWatch<WatchedTickStorm>;
  readonly configMaps: ObjectWatch<WatchedConfigMap>;
  readonly budgets: ObjectWatch<WatchedObject>;
  readonly #options: BenchBedOptions;
  readonly #folder: string;
  #started = 0;

  private constructor(
    options: BenchBedOptions,
    parts: Pick<BenchBed, 'names' | 'admin' | 'tickStorms' | 'configMaps' | 'budgets'> & { readonly folder: string },
  ) {
    this.#options = options;
    this.#folder = parts.folder;
    this.names = parts.names;
    this.admin = parts.admin;
    this.tickStorms = parts.tickStorms;
    this.configMaps = parts.configMaps;
    this.budgets = parts.budgets;
  }

  /** Makes the namespaces and their TickStorms. */
  static async make(options: BenchBedOptions): Promise<BenchBed> {
    const { controlPlane, instances, prefix } = options;
    const { kubeconfig, logs } = controlPlane;
    const parent = join(logs, 'bench');
    await mkdir(parent, { recursive: true });
    const admin = new AdminClient(kubeconfig);
    const names = Array.from(
      { length: instances },
      (_, index) => [`${prefix}-${1 + Math.floor(index / PER_NAMESPACE)}`, `t${index + 1}`] as const,
    );
    const bed = new BenchBed(options, {
      names,
      admin,
      folder: await mkdtemp(join(parent, `${prefix}-`)),
      tickStorms: await ObjectWatch.start(kubeconfig, '/apis/tickstorm.io/v1alpha1/tickstorms'),
      configMaps: await ObjectWatch.start(kubeconfig, `/api/v1/configmaps${MANAGED}`),
      budgets: await ObjectWatch.start(kubeconfig, `/apis/policy/v1/poddisruptionbudgets${MANAGED}`),
    });
    await bed.#inTurns(bed.namespaces, (namespace) =>
      admin.apply(`/api/v1/namespaces/${namespace}`, restrictedNamespace(namespace)),
    );
    await bed.#inTurns(names, ([namespace, name]) =>
      admin.apply(tickStormPath(namespace, name), benchTickStorm(namespace, name)),
    );
    return bed;
  }

  get namespaces(): readonly string[] {
    return [...new Set(this.names.map(([namespace]) => namespace))];
  }

  async startOperator(): Promise<RunningOperator> {
    const { contender, controlPlane, isShared, pace } = this.#options;
    this.#started += 1;
    return await RunningOperator.start({
      contender,
      name: `${contender.name}-${this.#started}`,
      folder: this.#folder,
      kubeconfig: controlPlane.kubeconfig,
      settings: settings(this.namespaces[0]!, isShared ? this.namespaces : []),
      quietMs: paces[pace].quietMs,
    });
  }

  /** Resolves with the moment at which all TickStorms are Ready. */
  async allReady(timeoutMs: number): Promise<number> {
    const own = this.names.map(([namespace, name]) => `${namespace}/${name}`);
    return await this.tickStorms.until(
      (objects) => own.every((key) => isReady(objects.get(key))),
      `${own.length} TickStorms to be Ready`,
      timeoutMs,
    );
  }

  /** Fails unless every object is there that the operators are to make. */
  async expectAllObjects(): Promise<void> {
    const namespaces = new Set(this.namespaces);
    const expected: [string, number][] = [
      ...Object.entries(OWNED_COLLECTIONS).map(([path, each]): [string, number] => [path, each * this.names.length]),
      ...SHARED_COLLECTIONS.map((path): [string, number] => [path, namespaces.size]),
    ];
    for (const [path, count] of expected) {
      const items = await this.admin.list<WatchedObject>(`${path}${MANAGED}`);
      const found = items.filter(({ metadata: { namespace = '' } }) => namespaces.has(namespace)).length;
      if (found !== count) throw new Error(`${this.#options.contender.name}: ${found} of ${count} are at ${path}`);
    }
  }

  /** Gives every TickStorm an annotation that means nothing. */
  async touchAll(): Promise<void> {
    const body = { metadata: { annotations: { 'bench.example/touched': 'true' } } };
    await this.#inTurns(this.names, ([namespace, name]) => this.admin.mergePatch(tickStormPath(namespace, name), body));
  }

  /** Ends the watches, and lets the namespaces go. */
  async clear(): Promise<void> {
    for (const watch of [this.tickStorms, this.configMaps, this.budgets]) watch.stop();
    if (this.#options.isShared) {
      await this.#inTurns(this.namespaces, (namespace) => this.admin.delete(`/api/v1/namespaces/${namespace}`));
    }
    this.admin.close();
  }

  async #inTurns<T>(all: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
    const waiting = all.values();
    const worker = async (): Promise<void> => {
      for (const item of waiting) await work(item);
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  }
}

function isReady(tickStorm: WatchedTickStorm | undefined): boolean {
  if (tickStorm === undefined) return false;
  const { metadata, status } = tickStorm;
  const ready = status?.conditions?.some(({ type, status: holds }) => type === 'Ready' && holds === 'True');
  return ready === true && status?.observedGeneration === metadata.generation;
}

function tickStormPath(namespace: string, name: string): string {
  return `/apis/tickstorm.io/v1alpha1/namespaces/${namespace}/tickstorms/${name}`;
}
