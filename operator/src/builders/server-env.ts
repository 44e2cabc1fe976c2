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

const BYTES_PER_MEGABYTE = 1_048_576;
/** The server refuses less: its runtime alone needs about that much. */
const SMALLEST_PROCESS_MEMORY_BYTES = 134_217_728;
/** The server refuses more of both. */
const LARGEST_PROCESS_MEMORY_BYTES = 1_099_511_627_776;
const MOST_WORKERS = 64;
const NANOS = 1_000_000_000n;

/** Worker processes: as declared, else one per CPU of the limit, rounded up, as far as the server can have them. */
function workerCount(tickStorm: TickStorm): number {
  const cpuNanos = quantityNanos(tickStorm.spec.resources.limits.cpu);
  return tickStorm.spec.runtime.workers ?? Math.min(Number((cpuNanos + NANOS - 1n) / NANOS), MOST_WORKERS);
}

/** Memory limit of the container in bytes. */
function memoryLimitBytes(tickStorm: TickStorm): number {
  return Number(quantityNanos(tickStorm.spec.resources.limits.memory) / NANOS);
}

/** Heap of one process in MiB: the pod's heap, shared by the supervisor and the workers. */
function heapPerProcessMegabytes(tickStorm: TickStorm): number {
  // The guide's ratio: 1400 MB of heap in a container of 2 GiB; the rest is for buffers and the runtime itself.
  const byRatio = (memoryLimitBytes(tickStorm) / BYTES_PER_MEGABYTE) * (1_400 / 2_048);
  const total = tickStorm.spec.runtime.heapMegabytes ?? byRatio;
  return Math.floor(total / (workerCount(tickStorm) + 1));
}

/** The guide's ratio: 1.5 GiB for the processes of a container of 2 GiB. */
function processMemoryBytes(tickStorm: TickStorm): number {
  const byRatio = Math.floor(memoryLimitBytes(tickStorm) * 0.75);
  const accepted = Math.min(Math.max(byRatio, SMALLEST_PROCESS_MEMORY_BYTES), LARGEST_PROCESS_MEMORY_BYTES);
  return tickStorm.spec.processLimits.memoryBytes ?? accepted;
}

/** Settings with a plain value. A variable that the server does not know fails to compile. */
function plainSettings(tickStorm: TickStorm): Partial<Record<ServerEnvName, string | number>> {
  const { server, feed, processLimits, tls } = tickStorm.spec;
  return {
    LISTEN_ADDR: `:${CLIENT_PORT.number}`,
    ADMIN_ADDR: `:${ADMIN_PORT.number}`,
    ADMIN_TOKEN_FILE: `${ADMIN_DIRECTORY}/${ADMIN_TOKEN_KEY}`,
    METRICS_ADDR: `:${METRICS_PORT.number}`,
    CONFIG_FILE: `${CONFIG_DIRECTORY}/${CONFIG_KEY}`,
    WORKERS: workerCount(tickStorm),
    TCP_READ_BUFFER_SIZE: server.tcpReadBufferSize,
    TCP_WRITE_BUFFER_SIZE: server.tcpWriteBufferSize,
    DRAIN_SECONDS: server.drainSeconds,
    ...(tls.mode !== 'Disabled' && {
      TLS_ENABLED: 'true',
      TLS_CERT_FILE: `${TLS_DIRECTORY}/tls.crt`,
      TLS_KEY_FILE: `${TLS_DIRECTORY}/tls.key`,
    }),
    FEED_TYPE: feed.type.toLowerCase(),
    FEED_SEED: feed.clock.seed,
    FEED_TICK_INTERVAL_MS: feed.clock.tickIntervalMs,
    ...(feed.clock.symbols !== undefined && { FEED_SYMBOLS: feed.clock.symbols.join(',') }),
    ULIMIT_MAX_OPEN_FILES: processLimits.openFiles,
    ULIMIT_MAX_MEMORY_SIZE: processMemoryBytes(tickStorm),
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
    ...Object.entries(plainSettings(tickStorm)).map(([name, value]) => ({ name, value: literal(value) })),
    { name: 'NODE_OPTIONS', value: `--max-old-space-size=${heapPerProcessMegabytes(tickStorm)}` },
  ];
}
