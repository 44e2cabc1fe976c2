import { hotSettingsOf } from './option-values.ts';
import type { HotSettings, OptionValues } from './options.ts';

export type { HotSettings } from './options.ts';

export type LogLevel = HotSettings['logLevel'];

/** The settings in the shape that the server's parts take them in. What can change while it runs is in `hot`. */
export function assembleConfig(values: OptionValues) {
  return {
    listen: values.LISTEN_ADDR,
    metrics: values.METRICS_ADDR,
    admin: {
      listen: values.ADMIN_ADDR,
      /** Empty = none. */
      token: values.ADMIN_TOKEN,
      tokenFile: values.ADMIN_TOKEN_FILE,
    },
    /** null = one per CPU that the container may use. */
    workers: values.WORKERS,
    instanceId: values.INSTANCE_ID,
    /** Empty = none. */
    configFile: values.CONFIG_FILE,
    /** Empty, like the password, when there is only the users file. */
    username: values.AUTH_USERNAME,
    password: values.AUTH_PASSWORD,
    /** Empty = none. */
    usersFile: values.AUTH_USERS_FILE,
    authTimeoutMs: values.AUTH_TIMEOUT,
    tcpReadBufferBytes: values.TCP_READ_BUFFER_SIZE,
    tcpWriteBufferBytes: values.TCP_WRITE_BUFFER_SIZE,
    proxy: {
      isEnabled: values.PROXY_PROTOCOL,
      trusted: values.PROXY_TRUSTED_CIDRS,
    },
    tls: {
      isEnabled: values.TLS_ENABLED,
      minVersion: values.TLS_MIN_VERSION,
      certFile: values.TLS_CERT_FILE,
      keyFile: values.TLS_KEY_FILE,
      clientAuth: values.TLS_CLIENT_AUTH,
      caFile: values.TLS_CA_FILE,
    },
    feed: {
      type: values.FEED_TYPE,
      seed: values.FEED_SEED,
      symbols: values.FEED_SYMBOLS,
      tickIntervalMs: values.FEED_TICK_INTERVAL_MS,
      clockAllowanceMs: values.FEED_CLOCK_ALLOWANCE_MS,
    },
    /** null = leave the limit as it is. */
    limits: {
      openFiles: values.ULIMIT_MAX_OPEN_FILES,
      memoryBytes: values.ULIMIT_MAX_MEMORY_SIZE,
      cpuSeconds: values.ULIMIT_MAX_CPU_TIME,
      stackBytes: values.ULIMIT_MAX_STACK_SIZE,
      coreBytes: values.ULIMIT_MAX_CORE_SIZE,
    },
    /** Bytes; null = as the container says. */
    memoryLimit: values.MEMORY_LIMIT,
    monitor: {
      softPercent: values.MONITOR_SOFT_PERCENT,
      hardPercent: values.MONITOR_HARD_PERCENT,
      maxLagMs: values.MAX_EVENT_LOOP_LAG_MS,
      maxStreamDelayMs: values.MAX_STREAM_DELAY_MS,
    },
    hot: hotSettingsOf(values),
  };
}

/** The validated settings of one server. */
export type ServerConfig = ReturnType<typeof assembleConfig>;
export type TlsSettings = ServerConfig['tls'];
export type FeedSettings = ServerConfig['feed'];
export type ProcessLimitSettings = ServerConfig['limits'];
