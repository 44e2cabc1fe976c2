import type { KubeConfig } from '@kubernetes/client-node';
import { randomUUID } from 'node:crypto';
import { AdminServer } from './admin-server.ts';
import { GROUP } from './api/v1alpha1/group.ts';
import { Operator } from './controller/operator.ts';
import type { Environment } from './environment.ts';
import { Metrics } from './metrics.ts';
import { ApiClient } from './runtime/api-client.ts';
import { ApiConnection } from './runtime/api-connection.ts';
import { EventRecorder } from './runtime/event-recorder.ts';
import { LeaderElector, LeaseLostError } from './runtime/leader-elector.ts';
import type { Logger } from './runtime/logger.ts';

/** Name of the Lease that the leader holds. */
const LEASE_NAME = 'tickstorm-operator';
/** Silence of a watch after which the process counts as broken: several dead-man periods. */
const BROKEN_SILENCE_MS = 15 * 60_000;

export interface ProgramOptions {
  readonly environment: Environment;
  readonly kubeConfig: KubeConfig;
  readonly version: string;
  readonly logger: Logger;
  /** Aborts when the process is to end. */
  readonly signal: AbortSignal;
  /** Must end the process at once: another one may lead by now, and nothing may be written any more. */
  readonly onLeaseLost: (error: LeaseLostError) => never;
}

/** The operator as a process, without the process: wires the parts, leads, works, and takes everything down in order. */
export async function runProgram(options: ProgramOptions): Promise<void> {
  const { environment, kubeConfig, version, logger } = options;
  const metrics = new Metrics();
  const connection = new ApiConnection(kubeConfig);
  const client = new ApiClient(connection, {
    userAgent: `tick-storm-operator/${version}`,
    onRequest: metrics.onRequest,
  });
  const recorder = new EventRecorder({
    client,
    controller: `${GROUP}/operator`,
    instance: environment.podName,
    logger,
  });
  const operator = new Operator({
    client,
    recorder,
    logger,
    namespaces: environment.watchNamespaces,
    serverImage: environment.serverImage,
    workers: environment.workers,
    onReconcile: metrics.onReconcile,
  });
  const elector = new LeaderElector({
    client,
    namespace: environment.podNamespace,
    name: LEASE_NAME,
    identity: `${environment.podName}_${randomUUID().slice(0, 8)}`,
    logger,
  });
  metrics.watch({
    get isLeader() {
      return elector.isLeader || !environment.leaderElection;
    },
    get tickStormCount() {
      return operator.tickStormCount;
    },
    get queueLengths() {
      return operator.queueLengths;
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

  const watches = new AbortController();
  const watching = operator.watch(watches.signal);
  try {
    await lead(operator, elector, options);
  } finally {
    await operator.stop();
    await recorder.flush();
    await elector.release();
    watches.abort();
    await watching;
    await admin.close();
    await connection.close();
    logger.info('operator stopped');
  }
}

/** Waits until this process leads, then works until the signal aborts. */
async function lead(operator: Operator, elector: LeaderElector, options: ProgramOptions): Promise<void> {
  const { environment, signal, onLeaseLost } = options;
  if (environment.leaderElection) {
    await elector.acquire(signal).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }
  if (signal.aborted) return;
  const stopping = new AbortController();
  const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  const holding = environment.leaderElection
    ? elector.hold(AbortSignal.any([signal, stopping.signal])).catch((error: unknown) => {
        if (error instanceof LeaseLostError) onLeaseLost(error);
        throw error;
      })
    : aborted;
  const working = operator.work(signal);
  try {
    await Promise.race([holding, working.then(() => aborted)]);
  } finally {
    await operator.stop();
    stopping.abort();
    await Promise.allSettled([holding]);
  }
}
