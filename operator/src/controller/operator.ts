import { isSameQuantity } from '../api/same-quantity.ts';
import { Applier } from '../runtime/applier.ts';
import { Controller, type ReconcileResult } from '../runtime/controller.ts';
import { namespaceOfKey, objectKey, type KubeObject } from '../runtime/kube-object.ts';
import type { ObjectChange } from '../runtime/reflector.ts';
import { WorkQueue, type WorkQueueState } from '../runtime/work-queue.ts';
import { AdminTokens } from './admin-tokens.ts';
import { Credentials } from './credentials.ts';
import { DIGEST_ANNOTATION, FIELD_MANAGER } from './field-manager.ts';
import { Draining, losesRights } from './draining.ts';
import { fetchStats } from './fetch-stats.ts';
import { GeneratedSecrets } from './generated-secrets.ts';
import { ScaleWriter } from './hand-scaling.ts';
import { Informers } from './informers.ts';
import { InstanceEvents } from './instance-events.ts';
import { InstanceReconciler } from './instance-reconciler.ts';
import { foreignPodIn } from './foreign-pods.ts';
import { Leftovers } from './leftovers.ts';
import { NamespaceReconciler } from './namespace-reconciler.ts';
import { ObjectKeeper } from './object-keeper.ts';
import { operatorMark } from './operator-mark.ts';
import type { OperatorOptions, QueueName } from './operator-options.ts';
import { Planner } from './planner.ts';
import { QuotaRetry } from './quota-retry.ts';
import { Routes } from './routes.ts';
import { SecretPace } from './secret-pace.ts';
import { settledOf } from './settled.ts';
import { StatsPoller } from './stats-poller.ts';
import { TlsSecrets } from './tls-secrets.ts';
import { SpecGenerations } from './spec-generations.ts';
import { StatusWriter } from './status-writer.ts';
import { Succession } from './succession.ts';
import { HttpPodAdmin } from '../scaling/pod-admin.ts';
import { PodDrains } from '../scaling/pod-drains.ts';
import { Rebalancer, type Settled } from '../scaling/rebalancer.ts';
import { ScaleInControl } from '../scaling/scale-in-control.ts';

/** Longest wait between two attempts at a TickStorm whose objects the API server refuses. */
const LONGEST_BACKOFF_MS = 60_000;
/** How soon to look again whether a namespace may be listed by now. */
const REFUSED_RECHECK_MS = 10_000;

/**
 * The operator without its process: watches, queues and reconcilers. The watches run from {@link watch} on, so that a
 * stand-by is warm; objects are written only by {@link work}, which one leader at a time may run.
 */
export class Operator {
  readonly #options: OperatorOptions;
  readonly #instanceQueue: WorkQueue;
  readonly #namespaceQueue: WorkQueue;
  readonly #informers: Informers;
  readonly #tls: TlsSecrets;
  readonly #stats: StatsPoller;
  readonly #rebalancer: Rebalancer;
  readonly #stopping = new AbortController();
  readonly #applier: Applier;
  readonly #planner: Planner;
  readonly #quotaRetry: QuotaRetry;
  readonly #credentials: Credentials;
  readonly #pace: SecretPace;
  readonly #generations = new SpecGenerations();
  readonly #adminTokens: AdminTokens;
  readonly #draining: Draining;
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
    const routes = new Routes({
      instances: this.#instanceQueue,
      namespaces: this.#namespaceQueue,
      tickStorms: () => this.#informers.tickStorms.cache,
      isSynced: () => this.isSynced,
    });
    const forgetting =
      (route: (change: ObjectChange) => void) =>
      (change: ObjectChange): void => {
        if (change.type === 'deleted') this.#forgetOwned(change.object);
        route(change);
      };
    this.#informers = new Informers({
      client,
      namespaces: options.namespaces,
      logger: options.logger,
      discoveryMs: options.discoveryMs,
      onTickStorm: (change) => {
        routes.tickStorm(change);
        if (change.type === 'deleted') this.#forgetTickStorm(change.object);
      },
      onOwned: forgetting((change) => routes.owned(change)),
      onPod: forgetting((change) => routes.pod(change)),
      onBudget: forgetting((change) => routes.budget(change)),
      onNode: (change) => routes.node(change),
      onShared: forgetting((change) => routes.shared(change)),
      onAvailable: () => routes.all(),
    });
    const { tickStorms, owned, shared, optional, pods, nodes } = this.#informers;
    this.#planner = new Planner({
      tickStorms,
      quotas: shared.ResourceQuota,
      limitRanges: shared.LimitRange,
      pods,
      deployments: owned.Deployment,
      budgets: owned.PodDisruptionBudget,
      nodes: () => (nodes?.isSynced === true ? nodes.cache.values() : undefined),
      podContext,
      now,
    });
    this.#quotaRetry = new QuotaRetry(client, now, monotonicNow);
    this.#stats = new StatsPoller({
      tickStorms,
      pods,
      fetchStats: (address, signal) => fetchStats(address, AbortSignal.any([signal, options.cutOff])),
      onNews: (key) => this.#instanceQueue.add(key),
      onCounted: (key, counts) => this.#rebalancer.consider(key, counts),
      now: monotonicNow,
      unixNow: now,
    });
    const pace = new SecretPace({ now: monotonicNow, tickStorms, pods });
    this.#pace = pace;
    this.#tls = new TlsSecrets({ client, now: monotonicNow, pace });
    this.#applier = new Applier({
      client,
      fieldManager: FIELD_MANAGER,
      digestAnnotation: DIGEST_ANNOTATION,
      isEqual: isSameQuantity,
    });
    this.#adminTokens = new AdminTokens(new GeneratedSecrets(client, monotonicNow), monotonicNow, pace);
    this.#credentials = new Credentials({ client, now: monotonicNow, pace });
    this.#events = new InstanceEvents(options.recorder);
    const admin = new HttpPodAdmin(options.cutOff);
    this.#rebalancer = new Rebalancer({
      admin,
      settled: (key) => this.#settled(key),
      tell: (key, event) => {
        const live = tickStorms.cache.getByKey(key);
        if (live !== undefined) options.recorder.record(live, event);
      },
      now: monotonicNow,
    });
    this.#namespaces = new NamespaceReconciler({
      applier: this.#applier,
      tickStorms,
      deployments: owned.Deployment,
      shared,
      podContext,
      findForeignPod: (namespace) => foreignPodIn(client, namespace),
      onChange: (namespace) => routes.allIn(namespace),
    });
    this.#leftovers = new Leftovers({
      client,
      owned: Object.values(owned),
      optional: Object.values(optional),
      now: monotonicNow,
      logger: options.logger,
    });
    const keeper = new ObjectKeeper({
      applier: this.#applier,
      owned,
      optional,
      succession: new Succession({ client, now: monotonicNow }),
    });
    this.#draining = new Draining({
      client,
      keeper,
      tickStorms,
      pods,
      now,
      monotonicNow,
      losesRights: (namespace) => losesRights(options, namespace),
    });
    this.#instances = new InstanceReconciler({
      keeper,
      draining: this.#draining,
      tls: this.#tls,
      pace,
      operatorNamespace: options.operatorNamespace,
      scale: new ScaleWriter(client, tickStorms),
      tickStorms,
      credentials: this.#credentials,
      adminTokens: this.#adminTokens,
      status: new StatusWriter({ client, tickStorms, now }),
      generations: this.#generations,
      events: this.#events,
      podContext,
      operatorMark: operatorMark(options.version, podContext),
      planner: this.#planner,
      scaleIn: new ScaleInControl({
        pods,
        drains: new PodDrains({ client, admin, pods, now }),
        connections: (key) => this.#stats.connections(key),
        token: (tickStorm) => this.#adminTokens.tokenOf(tickStorm),
        now,
      }),
      pods,
      stats: (key) => this.#stats.statsOf(key),
      load: (key) => this.#stats.loadOf(key),
      now,
      quotaRetry: this.#quotaRetry,
      shared: (namespace) => this.#namespaces.stateOf(namespace),
    });
  }

  /** Whether every watch has its first list. */
  get isSynced(): boolean {
    return this.#informers.areSynced;
  }

  /** Number of TickStorms known. */
  get tickStormCount(): number {
    return this.#informers.tickStorms.cache.size;
  }

  /** Number of objects in the caches, by kind. */
  get cachedObjects(): Readonly<Record<string, number>> {
    return this.#informers.cachedObjects;
  }

  /** Number of namespaces that are left out because something in them may not be listed. */
  get refusedNamespaceCount(): number {
    return this.#informers.refusedNamespaces.size;
  }

  /** How the queues stand. */
  get queues(): Readonly<Record<QueueName, WorkQueueState>> {
    return { instance: this.#instanceQueue.state, namespace: this.#namespaceQueue.state };
  }

  /** Milliseconds since the quietest watch gave a sign of life. */
  get silenceMs(): number {
    return this.#informers.silenceMs;
  }

  /** Keeps the caches current until the signal aborts. */
  async watch(signal: AbortSignal): Promise<void> {
    await this.#informers.run(signal);
  }

  /** Reconciles until {@link stop}; waits for the caches first. */
  async work(signal: AbortSignal): Promise<void> {
    await this.#informers.synced();
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
        reconcile: (namespace) => this.#reconcileNamespace(namespace),
      }).run(signal),
      this.#stats.run(AbortSignal.any([signal, this.#stopping.signal])),
    ]);
  }

  /** Starts nothing new, and resolves when the reconciles under way are done. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all([this.#instanceQueue.shutDown(), this.#namespaceQueue.shutDown()]);
  }

  async #reconcileNamespace(namespace: string): Promise<ReconcileResult> {
    if (this.#isLeftOut(namespace)) return { requeueAfterMs: REFUSED_RECHECK_MS };
    return await this.#namespaces.reconcile(namespace);
  }

  /** Whether not all that is in the namespace is known: what is not seen would be taken for gone. */
  #isLeftOut(namespace: string): boolean {
    return this.#informers.refusedNamespaces.has(namespace);
  }

  async #reconcileInstance(key: string): Promise<ReconcileResult> {
    if (this.#isLeftOut(namespaceOfKey(key))) return { requeueAfterMs: REFUSED_RECHECK_MS };
    const isGone = this.#informers.tickStorms.cache.getByKey(key) === undefined;
    return isGone ? await this.#leftovers.sweep(key) : await this.#instances.reconcile(key);
  }

  #queue(name: QueueName): WorkQueue {
    const observer = this.#options.queueObserver?.(name);
    return new WorkQueue({ longestBackoffMs: LONGEST_BACKOFF_MS, ...(observer !== undefined && { observer }) });
  }

  /** The TickStorm of this key if its clients may be levelled. */
  async #settled(key: string): Promise<Settled | undefined> {
    // Pods that may not be listed may be others by now.
    if (this.#isLeftOut(namespaceOfKey(key))) return undefined;
    const { tickStorms, owned, pods } = this.#informers;
    const live = tickStorms.cache.getByKey(key);
    const nowMs = (this.#options.now ?? Date.now)();
    const podsOfKey = pods.cache.byIndex('instance', key);
    const settled = settledOf(live, owned.Deployment.cache.getByKey(key), podsOfKey, nowMs);
    // A Secret that cannot be read now is read for the next round.
    const token =
      settled === undefined ? undefined : await this.#adminTokens.tokenOf(settled.tickStorm).catch(() => undefined);
    return settled === undefined || token === undefined ? undefined : { ...settled, token };
  }

  #forgetTickStorm({ metadata: { namespace, name, uid = '' } }: KubeObject): void {
    for (const part of [this.#credentials, this.#adminTokens, this.#tls, this.#pace]) part.forget(uid);
    for (const part of [this.#events, this.#planner, this.#draining]) part.forget(uid);
    this.#rebalancer.forget(objectKey(namespace, name));
  }

  #forgetOwned({ metadata: { uid } }: KubeObject): void {
    this.#applier.forget(uid);
    this.#quotaRetry.forget(uid ?? '');
    this.#generations.forget(uid ?? '');
  }
}
