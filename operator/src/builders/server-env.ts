import type { V1EnvVar } from '@kubernetes/client-node';
import type { ServerEnvName } from '@tick-storm/server/config';
import { quantityNanos } from '../api/quantity.ts';
import type { TickStorm } from '../api/v1alpha1/tick-storm.ts';
import { ADMIN_TOKEN_KEY } from './admin-secret.ts';
import { authSecretName } from './auth-secret.ts';
import { CONFIG_KEY } from './config-map.ts';
import { ADMIN_PORT, CLIENT_PORT, METRICS_PORT } from './ports.ts';

/** Directory that the ConfigMap is mounted at: as a whole, because files mounted by subPath are never updated. */
export const CONFIG_DIRECTORY = '/etc/tick-storm';

/** Directory with the token of the admin port. */
export const ADMIN_DIRECTORY = '/etc/tick-storm-admin';
/** Directory with the certificate and its key, of a Secret of type kubernetes.io/tls. */
export const TLS_DIRECTORY = '/etc/tick-storm-tls';

/** Directory with the file of further users. */
export const USERS_DIRECTORY = '/etc/tick-storm-users';
/** Key of that file in its Secret. */
export const USERS_KEY = 'users';

/** The server has no more of them. */
const MOST_WORKERS = 64;
const NANOS = 1_000_000_000n;

/**
 * What the spec says of the size. The rest the server works out of its container's limits, which is closer to what
 * holds on the node; a heap can only be shared out here when the number of processes is fixed, too.
 */
function declaredSize({ spec }: TickStorm): Partial<Record<ServerEnvName | 'NODE_OPTIONS', string | number>> {
  const { heapMegabytes, workers, memoryLimit } = spec.runtime;
  const { memoryBytes } = spec.processLimits;
  const cpus = Number((quantityNanos(spec.resources.limits.cpu) + NANOS - 1n) / NANOS);
  const processes = workers ?? Math.min(cpus, MOST_WORKERS);
  return {
    ...(memoryBytes !== undefined && { ULIMIT_MAX_MEMORY_SIZE: memoryBytes }),
    ...(memoryLimit !== undefined && { MEMORY_LIMIT: Number(quantityNanos(memoryLimit) / NANOS) }),
    ...(workers !== undefined && { WORKERS: workers }),
    ...(heapMegabytes !== undefined && {
      WORKERS: processes,
      // The supervisor is a process, too.
      NODE_OPTIONS: `--max-old-space-size=${Math.floor(heapMegabytes / (processes + 1))}`,
    }),
  };
}

/** Settings with a plain value. A variable that the server does not know fails to compile. */
function plainSettings(tickStorm: TickStorm): Partial<Record<ServerEnvName, string | number>> {
  const { server, feed, processLimits, tls, auth } = tickStorm.spec;
  return {
    LISTEN_ADDR: `:${CLIENT_PORT.number}`,
    ADMIN_ADDR: `:${ADMIN_PORT.number}`,
    ADMIN_TOKEN_FILE: `${ADMIN_DIRECTORY}/${ADMIN_TOKEN_KEY}`,
    METRICS_ADDR: `:${METRICS_PORT.number}`,
    CONFIG_FILE: `${CONFIG_DIRECTORY}/${CONFIG_KEY}`,
    TCP_READ_BUFFER_SIZE: server.tcpReadBufferSize,
    TCP_WRITE_BUFFER_SIZE: server.tcpWriteBufferSize,
    DRAIN_SECONDS: server.drainSeconds,
    ...(tls.mode !== 'Disabled' && {
      TLS_ENABLED: 'true',
      TLS_CERT_FILE: `${TLS_DIRECTORY}/tls.crt`,
      TLS_KEY_FILE: `${TLS_DIRECTORY}/tls.key`,
    }),
    ...(auth.usersSecretRef !== undefined && { AUTH_USERS_FILE: `${USERS_DIRECTORY}/${USERS_KEY}` }),
    ...(server.proxyProtocol.mode === 'Enabled' && {
      PROXY_PROTOCOL: 'true',
      PROXY_TRUSTED_CIDRS: server.proxyProtocol.trustedCIDRs.join(','),
    }),
    FEED_TYPE: feed.type.toLowerCase(),
    FEED_SEED: feed.clock.seed,
    FEED_TICK_INTERVAL_MS: feed.clock.tickIntervalMs,
    ...(feed.clock.symbols !== undefined && { FEED_SYMBOLS: feed.clock.symbols.join(',') }),
    ULIMIT_MAX_OPEN_FILES: processLimits.openFiles,
    ...(processLimits.cpuTimeSeconds > 0 && { ULIMIT_MAX_CPU_TIME: processLimits.cpuTimeSeconds }),
    ULIMIT_MAX_STACK_SIZE: processLimits.stackBytes,
    ULIMIT_MAX_CORE_SIZE: processLimits.coreBytes,
  };
}

const fromSecret = (name: ServerEnvName, secretName: string, key: string): V1EnvVar => ({
  name,
  valueFrom: { secretKeyRef: { name: secretName, key } },
});

/** Keeps the kubelet from reading `$(NAME)` in a value as another variable, a password for example. */
const literal = (value: string | number): string => String(value).replaceAll('$', '$$$$');

const instanceId: ServerEnvName = 'INSTANCE_ID';

/** Environment of the server container. What can change while it runs is in the mounted file instead. */
export function buildServerEnv(tickStorm: TickStorm): V1EnvVar[] {
  const secretName = authSecretName(tickStorm);
  return [
    { name: instanceId, valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
    fromSecret('AUTH_USERNAME', secretName, 'username'),
    fromSecret('AUTH_PASSWORD', secretName, 'password'),
    ...Object.entries({ ...plainSettings(tickStorm), ...declaredSize(tickStorm) }).map(([name, value]) => {
      return { name, value: literal(value) };
    }),
  ];
}
