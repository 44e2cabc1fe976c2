import { z } from 'zod';
import type { ServerEnvName } from './config/env-names.ts';
import { aliases, envNames } from './config/env-names.ts';
import {
  cidrList,
  duration,
  flag,
  integer,
  listenAddress,
  oneOf,
  optionalInteger,
  requiredText,
  symbolList,
  text,
} from './config/fields.ts';
import type { ServerConfig } from './config/server-config.ts';

/** The environment variables that the server understands. */
export type ServerEnv = Partial<Record<ServerEnvName, string>>;
export type { ServerEnvName } from './config/env-names.ts';

/** What is wrong with one variable. */
export interface ConfigProblem {
  name: string;
  /** As it was given; never a password's. */
  value: string;
  allowed: string;
}

export type ConfigResult = { config: ServerConfig; notes: string[] } | { problems: ConfigProblem[] };

const GIBIBYTE = 1_073_741_824;
const defaultSymbols =
  'AAPL,ADBE,AMD,AMZN,AVGO,BAC,COST,CRM,DIS,GOOGL,INTC,JPM,KO,META,MSFT,NFLX,NVDA,ORCL,TSLA,V' as const;

/** Default (undefined: the text is empty) and reader of every variable that is not an alias. */
const settings = {
  LISTEN_ADDR: listenAddress().prefault(':8080'),
  METRICS_ADDR: listenAddress().prefault(':9090'),
  WORKERS: optionalInteger(1, 64, 'default: one per CPU').prefault(''),
  INSTANCE_ID: text(253).prefault(''),
  CONFIG_FILE: text(4_096).prefault(''),
  LOG_LEVEL: oneOf('error', 'warn', 'info', 'debug').prefault('info'),
  DRAIN_SECONDS: integer(0, 3_600, 'seconds').prefault('10'),
  AUTH_USERNAME: requiredText(64).prefault(''),
  AUTH_PASSWORD: requiredText(128).prefault(''),
  AUTH_TIMEOUT: duration(100, 60_000).prefault('10s'),
  AUTH_MAX_ATTEMPTS: integer(0, 1_000_000, '0 = off').prefault('3'),
  AUTH_RATE_LIMIT_WINDOW: duration(100, 86_400_000).prefault('1m'),
  SUBSCRIBE_TIMEOUT: duration(100, 3_600_000).prefault('60s'),
  MAX_CONNECTIONS: integer(1, 10_000_000).prefault('50000'),
  HEARTBEAT_INTERVAL_MS: integer(100, 3_600_000, 'milliseconds').prefault('15000'),
  HEARTBEAT_TIMEOUT_MS: integer(100, 3_600_000, 'milliseconds').prefault('20000'),
  BATCH_WINDOW_MS: integer(1, 10_000, 'milliseconds').prefault('5'),
  MAX_BATCH_SIZE: integer(1, 1_000, 'ticks').prefault('100'),
  TCP_READ_BUFFER_SIZE: integer(1_024, 67_108_864, 'bytes').prefault('65536'),
  TCP_WRITE_BUFFER_SIZE: integer(1_024, 67_108_864, 'bytes').prefault('65536'),
  WRITE_DEADLINE_MS: integer(100, 600_000, 'milliseconds').prefault('5000'),
  MAX_WRITE_QUEUE_SIZE: integer(1, 1_000_000, 'frames').prefault('1000'),
  IP_ALLOWLIST: cidrList().prefault(''),
  IP_BLOCKLIST: cidrList().prefault(''),
  TLS_ENABLED: flag().prefault('false'),
  TLS_CERT_FILE: text(4_096).prefault(''),
  TLS_KEY_FILE: text(4_096).prefault(''),
  TLS_CLIENT_AUTH: oneOf('none', 'request', 'require').prefault('none'),
  TLS_CA_FILE: text(4_096).prefault(''),
  FEED_TYPE: oneOf('clock').prefault('clock'),
  FEED_SEED: text(128).prefault('tick-storm'),
  FEED_SYMBOLS: symbolList(1_000).prefault(defaultSymbols),
  FEED_TICK_INTERVAL_MS: integer(1, 60_000, 'milliseconds').prefault('100'),
  FEED_CLOCK_ALLOWANCE_MS: integer(0, 10_000, 'milliseconds').prefault('10'),
  ULIMIT_MAX_OPEN_FILES: optionalInteger(64, 1_048_576, 'descriptors').prefault(''),
  ULIMIT_MAX_MEMORY_SIZE: optionalInteger(GIBIBYTE / 8, 1_024 * GIBIBYTE, 'bytes').prefault(''),
  ULIMIT_MAX_CPU_TIME: optionalInteger(1, 2_147_483_647, 'seconds').prefault(''),
  ULIMIT_MAX_STACK_SIZE: optionalInteger(2_097_152, GIBIBYTE, 'bytes').prefault(''),
  ULIMIT_MAX_CORE_SIZE: optionalInteger(0, 1_024 * GIBIBYTE, 'bytes').prefault(''),
} satisfies Partial<Record<ServerEnvName, z.ZodType>>;

const schema = z.object(settings);
const secretNames: ReadonlySet<string> = new Set<ServerEnvName>(['AUTH_PASSWORD', 'STREAM_PASS']);

/** Names that begin like ours and are none of ours are most likely typing errors. */
const ownPrefixes = /^(AUTH|BATCH|FEED|HEARTBEAT|IP|STREAM|SUBSCRIBE|TCP|TLS|ULIMIT|WRITE)_/;
/** Settings of the first implementation's runtime that deployments still carry. */
const withoutEffect: Readonly<Record<string, string>> = {
  GOMAXPROCS: 'the number of workers follows from the CPU limit; WORKERS overrides it',
  GOMEMLIMIT: 'heap sizes follow from the memory limit',
  GOGC: 'the garbage collector has no such setting',
};

/**
 * Validates the environment.
 * @returns the settings and notes about what has no effect, or every problem at once
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>): ConfigResult {
  const given: Record<string, string> = {};
  for (const name of envNames) {
    const value = env[name] || env[aliases[name] ?? ''];
    if (value && name in settings) given[name] = value;
  }
  const result = schema.safeParse(given);
  const problems: ConfigProblem[] = (result.error?.issues ?? []).map((issue) => {
    const name = String(issue.path[0]);
    const isSecret = secretNames.has(name) && given[name] !== undefined;
    return { name, value: isSecret ? '(not shown)' : (given[name] ?? ''), allowed: issue.message };
  });
  if (result.data) problems.push(...crossProblems(result.data));
  if (!result.data || problems.length > 0) return { problems };
  return { config: assemble(result.data), notes: notesOn(env, result.data) };
}

/** One line for people. */
export function formatProblem({ name, value, allowed }: ConfigProblem): string {
  return `${name}=${value} is not valid; allowed: ${allowed}`;
}

type Values = z.output<typeof schema>;

function crossProblems(values: Values): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const need = (name: 'TLS_CERT_FILE' | 'TLS_KEY_FILE' | 'TLS_CA_FILE', when: string): void => {
    if (values[name] === '') problems.push({ name, value: '', allowed: `the path of a PEM file when ${when}` });
  };
  if (values.TLS_ENABLED) {
    need('TLS_CERT_FILE', 'TLS_ENABLED=true');
    need('TLS_KEY_FILE', 'TLS_ENABLED=true');
    if (values.TLS_CLIENT_AUTH !== 'none') need('TLS_CA_FILE', `TLS_CLIENT_AUTH=${values.TLS_CLIENT_AUTH}`);
  }
  return problems;
}

function notesOn(env: Readonly<Record<string, string | undefined>>, values: Values): string[] {
  const notes: string[] = [];
  const known: ReadonlySet<string> = new Set(envNames);
  for (const name of Object.keys(env).sort()) {
    if (env[name] && name in withoutEffect) notes.push(`${name} has no effect: ${withoutEffect[name]}`);
    if (ownPrefixes.test(name) && !known.has(name))
      notes.push(`${name} is not a setting of this server; it is ignored`);
  }
  for (const [name, alias] of Object.entries(aliases)) {
    if (env[name] && env[alias]) notes.push(`${alias} has no effect: ${name} is set too`);
  }
  if (!values.TLS_ENABLED) {
    const idle = (['TLS_CERT_FILE', 'TLS_KEY_FILE', 'TLS_CA_FILE'] as const).filter((name) => values[name] !== '');
    for (const name of idle) notes.push(`${name} has no effect: TLS_ENABLED is false`);
  }
  if (values.HEARTBEAT_TIMEOUT_MS <= values.HEARTBEAT_INTERVAL_MS) {
    notes.push('HEARTBEAT_TIMEOUT_MS is not above HEARTBEAT_INTERVAL_MS: clients that keep the interval are closed');
  }
  return notes;
}

function assemble(values: Values): ServerConfig {
  return {
    listen: values.LISTEN_ADDR,
    metrics: values.METRICS_ADDR,
    workers: values.WORKERS,
    instanceId: values.INSTANCE_ID,
    configFile: values.CONFIG_FILE,
    drainSeconds: values.DRAIN_SECONDS,
    username: values.AUTH_USERNAME,
    password: values.AUTH_PASSWORD,
    authTimeoutMs: values.AUTH_TIMEOUT,
    authMaxAttempts: values.AUTH_MAX_ATTEMPTS,
    authRateLimitWindowMs: values.AUTH_RATE_LIMIT_WINDOW,
    subscribeTimeoutMs: values.SUBSCRIBE_TIMEOUT,
    maxConnections: values.MAX_CONNECTIONS,
    heartbeatIntervalMs: values.HEARTBEAT_INTERVAL_MS,
    heartbeatTimeoutMs: values.HEARTBEAT_TIMEOUT_MS,
    batchWindowMs: values.BATCH_WINDOW_MS,
    maxBatchSize: values.MAX_BATCH_SIZE,
    tcpReadBufferBytes: values.TCP_READ_BUFFER_SIZE,
    tcpWriteBufferBytes: values.TCP_WRITE_BUFFER_SIZE,
    writeDeadlineMs: values.WRITE_DEADLINE_MS,
    maxWriteQueueFrames: values.MAX_WRITE_QUEUE_SIZE,
    tls: {
      isEnabled: values.TLS_ENABLED,
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
    limits: {
      openFiles: values.ULIMIT_MAX_OPEN_FILES,
      memoryBytes: values.ULIMIT_MAX_MEMORY_SIZE,
      cpuSeconds: values.ULIMIT_MAX_CPU_TIME,
      stackBytes: values.ULIMIT_MAX_STACK_SIZE,
      coreBytes: values.ULIMIT_MAX_CORE_SIZE,
    },
    hot: {
      logLevel: values.LOG_LEVEL,
      ipAllowlist: values.IP_ALLOWLIST,
      ipBlocklist: values.IP_BLOCKLIST,
    },
  };
}
