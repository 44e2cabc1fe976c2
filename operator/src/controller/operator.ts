import { MANAGED_BY } from '../builders/labels.ts';
import { isSameQuantity } from '../api/same-quantity.ts';
import { Applier } from '../runtime/applier.ts';
import { Controller, type ReconcileResult } from '../runtime/controller.ts';
import { Informer } from '../runtime/informer.ts';
import { byNamespace } from '../runtime/indexes.ts';
import { objectKey } from '../runtime/kube-object.ts';
import type { ObjectChange } from '../runtime/reflector.ts';
import { OptionalInformer } from '../runtime/optional-informer.ts';
import type { ResourceType } from '../runtime/resource-type.ts';
import { trusted } from '../runtime/trusted.ts';
import { WorkQueue, type WorkQueueState } from '../runtime/work-queue.ts';
import { AdminTokens } from './admin-tokens.ts';
import { Credentials } from './credentials.ts';
import { DIGEST_ANNOTATION, FIELD_MANAGER } from './field-manager.ts';
import { Draining } from './draining.ts';
import { fetchStats } from './fetch-stats.ts';
import { GeneratedSecrets } from './generated-secrets.ts';
import { ScaleWriter } from './hand-scaling.ts';
import { InstanceEvents } from './instance-events.ts';
import { InstanceReconciler } from './instance-reconciler.ts';
import { foreignPodIn } from './foreign-pods.ts';
import {
  OPTIONAL_KINDS,
  OWNED_KINDS,
  POD,
  SHARED_KINDS,
  TICK_STORM,
  type OptionalKind,
  type OwnedKind,
  type SharedKind,
} from './kinds.ts';
import { Leftovers } from './leftovers.ts';
import { NamespaceReconciler } from './namespace-reconciler.ts';
import { ObjectKeeper } from './object-keeper.ts';
import { operatorMark } from './operator-mark.ts';
import type { OperatorOptions, QueueName } from './operator-options.ts';
import { Planner } from './planner.ts';
import { QuotaRetry } from './quota-retry.ts';
import { ownerKeys } from './ownership.ts';
import { SecretPace } from './secret-pace.ts';
import { StatsPoller } from './stats-poller.ts';
import { TlsSecrets } from './tls-secrets.ts';
import { StatusWriter } from './status-writer.ts';
import { Succession } from './succession.ts';
import { HttpPodAdmin } from '../scaling/pod-admin.ts';
import { PodDrains } from '../scaling/pod-drains.ts';
import { ScaleInControl } from '../scaling/scale-in-control.ts';

/** Longest wait between two attempts at a TickStorm whose objects the API server refuses. */
const LONGEST_BACKOFF_MS = 60_000;
/** How soon a TickStorm is looked at because pods of another one in its namespace came or went. */
const NEIGHBOURS_DELAY_MS = 1_000;
const MANAGED_SELECTOR = `app.kubernetes.io/managed-by=${MANAGED_BY}`;

/**
 * The operator without its process: watches, queues and reconcilers. The watches run from {@link watch} on, so that a
 * stand-by is warm; objects are written only by {@link work}, which one leader at a time may run.
 */
export class Operator {
  readonly #options: OperatorOptions;
  readonly #instanceQueue: WorkQueue;
  readonly #namespaceQueue: WorkQueue;
  readonly #tickStorms: Informer;
  readonly #owned: Record<OwnedKind, Informer>;
  readonly #shared: Record<SharedKind, Informer>;
  readonly #optional: Record<OptionalKind, OptionalInformer>;
  readonly #pods: Informer;
  readonly #tls: TlsSecrets;
  readonly #stats: StatsPoller;
  readonly #stopping = new AbortController();
  readonly #applier: Applier;
  readonly #planner: Planner;
  readonly #quotaRetry: QuotaRetry;
  readonly #credentials: Credentials;
  readonly #adminTokens: AdminTokens;
  readonly #events: InstanceEvents;
  readonly #instances: InstanceReconciler;
  readonly #namespaces: NamespaceReconciler;
  readonly #leftovers: Leftovers;

  constructor(options: OperatorOptions) {
    this.#options = options;
    const { client, serverImage, allowsHostLevel } = options;
    const podContext = { serverImage, allowsHostLevel };
    const now = options.now ?? Date.now;
    const monotonicNow = (): number => performance.now();
    this.#instanceQueue = this.#queue('instance');
    this.#namespaceQueue = this.#queue('namespace');
    this.#tickStorms = this.#everyones(TICK_STORM, (change) => this.#onTickStorm(change));
    this.#owned = this.#ownedInformers();
    this.#shared = {
      ResourceQuota: this.#everyones(SHARED_KINDS.ResourceQuota, (change) => this.#onShared(change)),
      LimitRange: this.#everyones(SHARED_KINDS.LimitRange, (change) => this.#onShared(change)),
    };
    this.#pods = this.#managed(POD, (change) => this.#onPod(change));
    this.#planner = new Planner({
      tickStorms: this.#tickStorms,
      quotas: this.#shared.ResourceQuota,
      limitRanges: this.#shared.LimitRange,
      pods: this.#pods,
      podContext,
    });
    this.#quotaRetry = new QuotaRetry(client, now, monotonicNow);
    this.#stats = new StatsPoller({
      tickStorms: this.#tickStorms,
      pods: this.#pods,
      fetchStats,
      onNews: (key) => this.#instanceQueue.add(key),
      now: monotonicNow,
    });
    const pace = new SecretPace({ now: monotonicNow, tickStorms: this.#tickStorms, pods: this.#pods });
    this.#tls = new TlsSecrets({ client, now: monotonicNow, pace });
    this.#optional = {
      ServiceMonitor: this.#ifInstalled('ServiceMonitor'),
      PrometheusRule: this.#ifInstalled('PrometheusRule'),
      Certificate: this.#ifInstalled('Certificate'),
    };
    this.#applier = new Applier({
      client,
      fieldManager: FIELD_MANAGER,
      digestAnnotation: DIGEST_ANNOTATION,
      isEqual: isSameQuantity,
    });
    this.#adminTokens = new AdminTokens(new GeneratedSecrets(client, monotonicNow), monotonicNow, pace);
    this.#credentials = new Credentials({ client, now: monotonicNow, pace });
    this.#events = new InstanceEvents(options.recorder);
    this.#namespaces = new NamespaceReconciler({
      applier: this.#applier,
      tickStorms: this.#tickStorms,
      shared: this.#shared,
      findForeignPod: (namespace) => foreignPodIn(client, namespace),
      onChange: (namespace) => this.#enqueueAllIn(namespace),
    });
    this.#leftovers = new Leftovers({
      client,
      owned: Object.values(this.#owned),
      optional: Object.values(this.#optional),
      now: monotonicNow,
      logger: options.logger,
    });
    const keeper = new ObjectKeeper({
      applier: this.#applier,
      owned: this.#owned,
      optional: this.#optional,
      succession: new Succession({ client, now: monotonicNow }),
    });
    this.#instances = new InstanceReconciler({
      keeper,
      draining: new Draining({ client, keeper, tickStorms: this.#tickStorms, pods: this.#pods, now }),
      tls: this.#tls,
      pace,
      operatorNamespace: options.operatorNamespace,
      scale: new ScaleWriter(client, this.#tickStorms),
      tickStorms: this.#tickStorms,
      credentials: this.#credentials,
      adminTokens: this.#adminTokens,
      status: new StatusWriter({ client, tickStorms: this.#tickStorms, now }),
      events: this.#events,
      podContext,
      operatorMark: operatorMark(options.version, podContext),
      planner: this.#planner,
      scaleIn: new ScaleInControl({
        pods: this.#pods,
        drains: new PodDrains({ client, admin: new HttpPodAdmin(), pods: this.#pods, now }),
        connections: (key) => this.#stats.connections(key),
        token: (tickStorm) => this.#adminTokens.tokenOf(tickStorm),
        now,
      }),
      pods: this.#pods,
      stats: (key) => this.#stats.statsOf(key),
      load: (key) => this.#stats.loadOf(key),
      now,
      quotaRetry: this.#quotaRetry,
      shared: (namespace) => this.#namespaces.stateOf(namespace),
    });
  }

  /** Whether every watch has its first list. */
  get isSynced(): boolean {
    return this.#informers().every((informer) => informer.isSynced);
  }

  /** Number of TickStorms known. */
  get tickStormCount(): number {
    return this.#tickStorms.cache.size;
  }

  /** How the queues stand. */
  get queues(): Readonly<Record<QueueName, WorkQueueState>> {
    return { instance: this.#instanceQueue.state, namespace: this.#namespaceQueue.state };
  }

  /** Milliseconds since the quietest watch gave a sign of life. */
  get silenceMs(): number {
    return Math.max(...this.#informers().map((informer) => informer.silenceMs));
  }

  /** Keeps the caches current until the signal aborts. */
  async watch(signal: AbortSignal): Promise<void> {
    const all = [...this.#informers(), ...Object.values(this.#optional)];
    await Promise.all(all.map((informer) => informer.run(signal)));
  }

  /** Reconciles until {@link stop}; waits for the caches first. */
  async work(signal: AbortSignal): Promise<void> {
    await Promise.all(this.#informers().map((informer) => informer.synced));
    this.#options.logger.info('caches are complete, reconciling', { tickStorms: this.tickStormCount });
    const { workers, logger, onReconcile } = this.#options;
    const shared = { workers, logger, ...(onReconcile !== undefined && { onReconcile }) };
    await Promise.all([
      new Controller({
        ...shared,
        name: 'instance',
        queue: this.#instanceQueue,
        reconcile: (key) => this.#reconcileInstance(key),
      }).run(signal),
      new Controller({
        ...shared,
        name: 'namespace',
        queue: this.#namespaceQueue,
        reconcile: (namespace) => this.#namespaces.reconcile(namespace),
      }).run(signal),
      this.#stats.run(AbortSignal.any([signal, this.#stopping.signal])),
    ]);
  }

  /** Starts nothing new, and resolves when the reconciles under way are done. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all([this.#instanceQueue.shutDown(), this.#namespaceQueue.shutDown()]);
  }

  async #reconcileInstance(key: string): Promise<ReconcileResult> {
    const isGone = this.#tickStorms.cache.getByKey(key) === undefined;
    return isGone ? await this.#leftovers.sweep(key) : await this.#instances.reconcile(key);
  }

  #queue(name: QueueName): WorkQueue {
    const observer = this.#options.queueObserver?.(name);
    return new WorkQueue({ longestBackoffMs: LONGEST_BACKOFF_MS, ...(observer !== undefined && { observer }) });
  }

  #informers(): Informer[] {
    return [this.#tickStorms, this.#pods, ...Object.values(this.#owned), ...Object.values(this.#shared)];
  }

  #ownedInformers(): Record<OwnedKind, Informer> {
    const entries = Object.entries(OWNED_KINDS).map(([kind, type]) => [
      kind,
      this.#managed(type, (change) => this.#onOwned(change)),
    ]);
    return trusted(Object.fromEntries(entries));
  }

  /** Watches what carries our label: a cluster has many other objects, and we own none of them. */
  #managed(type: ResourceType, onChange: (change: ObjectChange) => void): Informer {
    const { client, namespaces, logger } = this.#options;
    const indexers = { instance: ownerKeys };
    return new Informer({ client, type, namespaces, logger, onChange, labelSelector: MANAGED_SELECTOR, indexers });
  }

  /** Watches what carries our label once the kind is installed. */
  #ifInstalled(kind: OptionalKind): OptionalInformer {
    const { client, namespaces, logger } = this.#options;
    return new OptionalInformer({
      client,
      type: OPTIONAL_KINDS[kind],
      namespaces,
      logger,
      labelSelector: MANAGED_SELECTOR,
      indexers: { instance: ownerKeys },
      onChange: (change) => this.#onOwned(change),
      onAvailable: () => {
        for (const key of this.#tickStorms.cache.keys()) this.#instanceQueue.add(key);
      },
    });
  }

  /** Watches all objects of a kind, whoever made them. */
  #everyones(type: ResourceType, onChange: (change: ObjectChange) => void): Informer {
    const { client, namespaces, logger } = this.#options;
    return new Informer({ client, type, namespaces, logger, onChange, indexers: { namespace: byNamespace } });
  }

  #onTickStorm({ type, object, previous }: ObjectChange): void {
    const { namespace = '', name, uid = '' } = object.metadata;
    this.#instanceQueue.add(objectKey(namespace, name));
    // The status, which we write ourselves, concerns no one else.
    const concernsOthers = type !== 'updated' || object.metadata.generation !== previous?.metadata.generation;
    if (concernsOthers || object.metadata.deletionTimestamp !== undefined) this.#namespaceQueue.add(namespace);
    if (type === 'deleted') {
      this.#credentials.forget(uid);
      this.#adminTokens.forget(uid);
      this.#events.forget(uid);
      this.#planner.forget(uid);
      this.#tls.forget(uid);
    }
  }

  #onOwned({ type, object, previous }: ObjectChange): void {
    if (type === 'deleted') {
      this.#applier.forget(object.metadata.uid);
      this.#quotaRetry.forget(object.metadata.uid ?? '');
    }
    for (const source of previous === undefined ? [object] : [object, previous]) {
      for (const key of ownerKeys(source)) this.#instanceQueue.add(key);
    }
  }

  #onPod(change: ObjectChange): void {
    this.#onOwned(change);
    const isNews = change.type === 'added' || change.type === 'deleted';
    // What it takes of the namespace's quotas the others' arithmetic reckons with; of many at once, once.
    if (isNews) this.#enqueueAllIn(change.object.metadata.namespace ?? '', NEIGHBOURS_DELAY_MS);
  }

  #onShared({ type, object }: ObjectChange): void {
    if (type === 'deleted') this.#applier.forget(object.metadata.uid);
    const { namespace = '' } = object.metadata;
    const isNoneOfOurs = this.#tickStorms.cache.byIndex('namespace', namespace).length === 0;
    if (isNoneOfOurs && object.metadata.labels?.['app.kubernetes.io/managed-by'] !== MANAGED_BY) return;
    this.#namespaceQueue.add(namespace);
    // What the quotas leave decides how the TickStorms are rolled.
    this.#enqueueAllIn(namespace);
  }

  #enqueueAllIn(namespace: string, delayMs = 0): void {
    for (const { metadata } of this.#tickStorms.cache.byIndex('namespace', namespace)) {
      const key = objectKey(metadata.namespace, metadata.name);
      if (delayMs > 0) this.#instanceQueue.addAfter(key, delayMs);
      else this.#instanceQueue.add(key);
    }
  }
}
