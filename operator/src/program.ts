import type { KubeConfig } from '@kubernetes/client-node';
import { randomUUID } from 'node:crypto';
import { AdminServer } from './admin-server.ts';
import { GROUP } from './api/v1alpha1/group.ts';
import { Operator } from './controller/operator.ts';
import type { Environment } from './environment.ts';
import { MemoryWatch, type MemoryUse } from './memory-watch.ts';
import { Metrics } from './metrics.ts';
import { ApiClient } from './runtime/api-client.ts';
import { ApiConnection } from './runtime/api-connection.ts';
import { EventRecorder } from './runtime/event-recorder.ts';
import { LeaderElector, LeaseLostError } from './runtime/leader-elector.ts';
import type { Logger } from './runtime/logger.ts';
import { TokenBucket } from './runtime/token-bucket.ts';

/** Name of the Lease that the leader holds. */
const LEASE_NAME = 'tickstorm-operator';
/** Silence of a watch after which the process counts as broken: several dead-man periods. */
const BROKEN_SILENCE_MS = 15 * 60_000;
/** Time that reconciles under way get after SIGTERM; with it a successor leads within 3 s. */
const STOP_GRACE_MS = 400;

export interface ProgramOptions {
  readonly environment: Environment;
  readonly kubeConfig: KubeConfig;
  readonly version: string;
  readonly logger: Logger;
  /** What this process has of memory, and may have. */
  readonly readMemory: () => MemoryUse;
  /** Aborts when the process is to end. */
  readonly signal: AbortSignal;
  /** Must end the process at once: another one may lead by now, and nothing may be written any more. */
  readonly onLeaseLost: (error: LeaseLostError) => never;
}

/** The operator as a process, without the process: wires the parts, leads, works, and takes everything down in order. */
export async function runProgram(options: ProgramOptions): Promise<void> {
  const { environment, kubeConfig, version, logger, readMemory } = options;
  const metrics = new Metrics();
  const connection = new ApiConnection(kubeConfig);
  const clientOptions = {
    userAgent: `tick-storm-operator/${version} (${process.platform}/${process.arch}) node/${process.versions.node}`,
    onRequest: metrics.onRequest,
  };
  // Renewals of the lease must not wait behind the requests of a busy time.
  const leaseClient = ApiClient.over(connection, clientOptions);
  const client = ApiClient.over(connection, {
    ...clientOptions,
    rateLimit: new TokenBucket({ ratePerSecond: environment.apiQps, burst: environment.apiBurst }),
  });
  const elector = new LeaderElector({
    client: leaseClient,
    namespace: environment.podNamespace,
    name: LEASE_NAME,
    identity: `${environment.podName}_${randomUUID().slice(0, 8)}`,
    logger,
  });
  const cutOff = new AbortController();
  const workClient = client.within({
    signal: cutOff.signal,
    beforeWrite: () => {
      if (environment.leaderElection) elector.assertLeads();
    },
  });
  const recorder = new EventRecorder({
    client: workClient,
    controller: `${GROUP}/operator`,
    instance: environment.podName,
    logger,
  });
  const operator = new Operator({
    client: workClient,
    cutOff: cutOff.signal,
    recorder,
    logger,
    version,
    namespaces: environment.watchNamespaces,
    serverImage: environment.serverImage,
    allowsHostLevel: environment.allowsHostLevel,
    operatorNamespace: environment.podNamespace,
    workers: environment.workers,
    discoveryMs: environment.discoverySeconds * 1_000,
    queueObserver: metrics.queueObserver,
    onReconcile: metrics.onReconcile,
  });
  metrics.watch({
    get isLeader() {
      return elector.isLeader || !environment.leaderElection;
    },
    get tickStormCount() {
      return operator.tickStormCount;
    },
    get refusedNamespaceCount() {
      return operator.refusedNamespaceCount;
    },
    get cachedObjects() {
      return operator.cachedObjects;
    },
    get memory() {
      return readMemory();
    },
    get queues() {
      return operator.queues;
    },
  });
  const admin = new AdminServer({
    host: environment.metricsHost,
    port: environment.metricsPort,
    registry: metrics.registry,
    unhealthy: () => (operator.silenceMs > BROKEN_SILENCE_MS ? 'a watch has been silent for too long' : undefined),
    unready: () => (operator.isSynced ? undefined : 'the caches are not complete yet'),
  });
  const port = await admin.listen();
  logger.info('operator started', { version, port, namespaces: environment.watchNamespaces });

  const memory = new MemoryWatch({ read: readMemory, cachedObjects: () => operator.cachedObjects, logger });
  memory.start();
  const watches = new AbortController();
  const watching = operator.watch(watches.signal);
  const work: Work = {
    run: () => operator.work(cutOff.signal),
    stop: async () => {
      // What hangs would keep the successor waiting; what is cut short it finds and finishes.
      const timer = setTimeout(() => cutOff.abort(), STOP_GRACE_MS);
      await operator.stop();
      await recorder.flush();
      clearTimeout(timer);
    },
  };
  try {
    await lead(work, elector, options);
  } finally {
    memory.stop();
    watches.abort();
    await watching;
    await admin.close();
    await connection.close();
    logger.info('operator stopped');
  }
}

/** What only the leader does. */
interface Work {
  /** Works until stopped. */
  readonly run: () => Promise<void>;
  /** Resolves when nothing is under way any more. */
  readonly stop: () => Promise<void>;
}

/** Waits until this process leads, then works until the signal aborts, and gives the lease up when all is at rest. */
async function lead(work: Work, elector: LeaderElector, options: ProgramOptions): Promise<void> {
  const { environment, signal, onLeaseLost } = options;
  if (environment.leaderElection) {
    await elector.acquire(signal).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }
  const aborted = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  const atRest = new AbortController();
  const holding = elector.isLeader
    ? elector.hold(atRest.signal).catch((error: unknown) => {
        if (error instanceof LeaseLostError) onLeaseLost(error);
        throw error;
      })
    : aborted;
  try {
    if (!signal.aborted) await Promise.race([holding, work.run().then(() => aborted), aborted]);
  } finally {
    await work.stop();
    atRest.abort();
    await Promise.allSettled([holding]);
    await elector.release();
  }
}
