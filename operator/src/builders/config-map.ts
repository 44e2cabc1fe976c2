import type { HotSettings } from '@tick-storm/server/config';
import type { TickStorm } from '../api/v1alpha1/tick-storm.ts';
import { ownedMetadata } from './metadata.ts';
import { objectNames } from './names.ts';
import type { AppliedObject } from './object.ts';

/** Key of the server's configuration in the ConfigMap, and its file name in the pod. */
export const CONFIG_KEY = 'config.json';

/** The settings as the server's file has them. A key that the server does not know fails to compile. */
function hotSettings({ spec: { server } }: TickStorm): Partial<Record<keyof HotSettings, unknown>> {
  return {
    logLevel: server.logLevel,
    ipAllowlist: server.ipAllowlist,
    ipBlocklist: server.ipBlocklist,
    maxConnections: server.maxConnections,
    maxConnectionsPerIp: server.maxConnectionsPerIP,
    connectionRateLimit: server.connectionRateLimit,
    connectionRateLimitPerIp: server.connectionRateLimitPerIP,
    maxConnectionsPerUser: server.maxConnectionsPerUser,
    maxSymbolsPerUser: server.maxSymbolsPerUser,
    slowConsumerPolicy: server.slowConsumerPolicy.toLowerCase(),
    maxWriteQueueSize: server.maxWriteQueueSize,
    maxWriteQueueBytes: server.maxWriteQueueBytes,
    maxWriteQueueAgeMs: server.maxWriteQueueAgeMs,
    writeDeadlineMs: server.writeDeadlineMs,
    heartbeatIntervalMs: server.heartbeatIntervalMs,
    heartbeatTimeoutMs: server.heartbeatTimeoutMs,
    subscribeTimeout: server.subscribeTimeout,
    authMaxAttempts: server.authMaxAttempts,
    authRateLimitWindow: server.authRateLimitWindow,
    batchWindowMs: server.batchWindowMs,
    maxBatchSize: server.maxBatchSize,
    historyWindow: server.historyWindow,
  };
}

/** The settings that the server takes over while it runs; everything else is in the pod's environment. */
export function buildConfigMap(tickStorm: TickStorm): AppliedObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: ownedMetadata(tickStorm, objectNames(tickStorm.metadata.name).configMap),
    data: { [CONFIG_KEY]: `${JSON.stringify(hotSettings(tickStorm), null, 2)}\n` },
  };
}
