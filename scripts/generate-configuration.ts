// Writes docs/configuration.md from what the two programs accept; with --check it only says whether the file is current.
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { readEnvironment } from '../operator/src/environment.ts';
import type { Environment } from '../operator/src/environment.ts';
import { readConfig } from '../server/src/config.ts';
import type { ServerEnvName } from '../server/src/config.ts';
import { aliases, envNames } from '../server/src/config/env-names.ts';

type Alias = 'STREAM_USER' | 'STREAM_PASS' | 'TLS_CLIENT_CA_FILE';

/** What each variable of the server means, and which field of a TickStorm sets it. A new variable fails to compile here. */
const serverMeanings: Readonly<Record<Exclude<ServerEnvName, Alias>, readonly [meaning: string, field: string]>> = {
  LISTEN_ADDR: ['Where clients connect. Port 0 lets the system choose.', 'fixed: `:8080`'],
  METRICS_ADDR: ['Where `/metrics`, `/healthz`, `/readyz` and `/startupz` are served.', 'fixed: `:9090`'],
  WORKERS: ['Processes that accept connections. Empty: one per CPU that the container may use.', '`runtime.workers`'],
  INSTANCE_ID: ['Name of this server among its like, in log lines and in the answer to AUTH.', "the pod's name"],
  CONFIG_FILE: [
    'JSON file with the settings that may change while the server runs; see below.',
    'the mounted ConfigMap',
  ],
  LOG_LEVEL: ['Lowest level that is logged. The configuration file goes before it.', '`server.logLevel` (file)'],
  DRAIN_SECONDS: ['Seconds over which the connections are closed after SIGTERM.', '`server.drainSeconds`'],
  AUTH_USERNAME: ['User name that clients must present.', 'Secret, key `username`'],
  AUTH_PASSWORD: ['Password that clients must present.', 'Secret, key `password`'],
  AUTH_TIMEOUT: ['Time that a client has from the connect to a whole AUTH frame.', ''],
  AUTH_MAX_ATTEMPTS: [
    'Failed logins of one address (IPv6: its /64) that lock it. 0: never.',
    '`server.authMaxAttempts`',
  ],
  AUTH_RATE_LIMIT_WINDOW: [
    'Time over which failed logins count, and for which they lock.',
    '`server.authRateLimitWindow`',
  ],
  SUBSCRIBE_TIMEOUT: ['Time that a client has from authentication to SUBSCRIBE.', '`server.subscribeTimeout`'],
  MAX_CONNECTIONS: ['Client connections of all workers together.', '`server.maxConnections`'],
  HEARTBEAT_INTERVAL_MS: [
    'How often clients are to send HEARTBEAT. Only compared with the timeout.',
    '`server.heartbeatIntervalMs`',
  ],
  HEARTBEAT_TIMEOUT_MS: ['A client that sends no frame for this long is closed.', '`server.heartbeatTimeoutMs`'],
  BATCH_WINDOW_MS: ['Time over which ticks are gathered into one frame.', '`server.batchWindowMs`'],
  MAX_BATCH_SIZE: ['Most ticks in one frame.', '`server.maxBatchSize`'],
  TCP_READ_BUFFER_SIZE: ['Receive buffer of a client socket (SO_RCVBUF).', '`server.tcpReadBufferSize`'],
  TCP_WRITE_BUFFER_SIZE: ['Send buffer of a client socket (SO_SNDBUF).', '`server.tcpWriteBufferSize`'],
  WRITE_DEADLINE_MS: [
    'A client that takes nothing of what waits for it for this long is closed.',
    '`server.writeDeadlineMs`',
  ],
  MAX_WRITE_QUEUE_SIZE: [
    'Frames that may wait for one client; with one more it is closed.',
    '`server.maxWriteQueueSize`',
  ],
  IP_ALLOWLIST: [
    'Who may connect; empty: everybody. The configuration file goes before it.',
    '`server.ipAllowlist` (file)',
  ],
  IP_BLOCKLIST: [
    'Who may not connect; wins over the allow list. The configuration file goes before it.',
    '`server.ipBlocklist` (file)',
  ],
  TLS_ENABLED: ['TLS 1.3 for clients.', ''],
  TLS_CERT_FILE: ['PEM file of the certificate and its chain.', ''],
  TLS_KEY_FILE: ['PEM file of the key.', ''],
  TLS_CLIENT_AUTH: ['Whether clients must have a certificate of their own.', ''],
  TLS_CA_FILE: ['PEM file of those who may sign client certificates.', ''],
  FEED_TYPE: ['Where the ticks come from.', '`feed.type`'],
  FEED_SEED: ['Text that the whole market follows from.', '`feed.clock.seed`'],
  FEED_SYMBOLS: ['Symbols that are traded.', '`feed.clock.symbols`'],
  FEED_TICK_INTERVAL_MS: ['Time between two ticks of one symbol.', '`feed.clock.tickIntervalMs`'],
  FEED_CLOCK_ALLOWANCE_MS: [
    'A tick is published this long after its time, to allow for clocks that differ between pods.',
    '',
  ],
  ULIMIT_MAX_OPEN_FILES: ['RLIMIT_NOFILE of every process. Empty: as it is.', '`processLimits.openFiles`'],
  ULIMIT_MAX_MEMORY_SIZE: [
    'Memory of all processes together, shared out as RLIMIT_DATA. Empty: no limit.',
    '`processLimits.memoryBytes`',
  ],
  ULIMIT_MAX_CPU_TIME: [
    'CPU time after which a worker is replaced (RLIMIT_CPU). Empty: no limit.',
    '`processLimits.cpuTimeSeconds`',
  ],
  ULIMIT_MAX_STACK_SIZE: ['RLIMIT_STACK. Empty: as it is.', '`processLimits.stackBytes`'],
  ULIMIT_MAX_CORE_SIZE: ['RLIMIT_CORE. Empty: as it is.', '`processLimits.coreBytes`'],
};

/** What each variable of the operator means, and where its default shows after reading an empty environment. */
const operatorMeanings: Readonly<Record<string, readonly [meaning: string, field: keyof Environment]>> = {
  WATCH_NAMESPACES: ['Namespaces whose TickStorms are served; empty: all.', 'watchNamespaces'],
  SERVER_IMAGE: ['Image of TickStorms that name none.', 'serverImage'],
  POD_NAME: ['Name of this operator in its Lease and in events.', 'podName'],
  POD_NAMESPACE: ['Namespace of the Lease.', 'podNamespace'],
  METRICS_ADDR: ['Where `/metrics`, `/healthz` and `/readyz` are served.', 'metricsPort'],
  LOG_LEVEL: ['Lowest level that is logged.', 'logLevel'],
  LEADER_ELECTION: ['Whether to wait for the Lease before working.', 'leaderElection'],
  RECONCILE_WORKERS: ['TickStorms that are worked on at the same time.', 'workers'],
};

/** No variable accepts this: too long for a text, and none of anything else. */
const unacceptable = '~'.repeat(5000);

async function serverRows(): Promise<string[]> {
  const source = await readFile(new URL('../server/src/config.ts', import.meta.url), 'utf8');
  return envNames
    .filter((name): name is keyof typeof serverMeanings => Object.hasOwn(serverMeanings, name))
    .map((name) => {
      const [meaning, field] = serverMeanings[name];
      const alias = aliases[name] === undefined ? '' : `, or \`${aliases[name]}\``;
      return row([`\`${name}\`${alias}`, code(serverDefault(source, name)), allowedBy(name), meaning, field]);
    });
}

/** The server fills defaults in while it reads, so their text stands only in the source. */
function serverDefault(source: string, name: string): string {
  const given = new RegExp(`^  ${name}: .*\\.prefault\\((.*)\\),$`, 'm').exec(source)?.[1];
  if (given === undefined) throw new Error(`server/src/config.ts gives ${name} no default that this program can read`);
  const literal = given.startsWith("'") ? given : new RegExp(`const ${given} =\\s+('[^']*')`).exec(source)?.[1];
  if (literal === undefined) throw new Error(`the default of ${name}, ${given}, is no text in server/src/config.ts`);
  return literal.slice(1, -1);
}

function allowedBy(name: ServerEnvName): string {
  const result = readConfig({ AUTH_USERNAME: 'u', AUTH_PASSWORD: 'p', [name]: unacceptable });
  const problem = 'problems' in result ? result.problems.find((each) => each.name === name) : undefined;
  if (problem === undefined) throw new Error(`the server does not say what ${name} may be`);
  return problem.allowed.replace('; it must be set', '; **must be set**');
}

function operatorRows(): string[] {
  const read = readEnvironment({}, { podName: 'the host name', podNamespace: 'default' });
  if (!read.ok) throw new Error('the operator does not start without settings');
  return Object.entries(operatorMeanings).map(([name, [meaning, field]]) => {
    const wrong = readEnvironment({ [name]: unacceptable }, { podName: '', podNamespace: '' });
    const allowed = wrong.ok ? undefined : wrong.problems.find((each) => each.name === name)?.allowed;
    if (allowed === undefined) throw new Error(`the operator does not say what ${name} may be`);
    const value = String(read.environment[field]);
    const byDefault = field === 'metricsPort' ? `:${value}` : value;
    return row([`\`${name}\``, field === 'podName' ? byDefault : code(byDefault), allowed, meaning]);
  });
}

function code(text: string): string {
  // A list of twenty symbols would widen the table for nothing.
  return text === '' ? '' : `\`${text.replaceAll(',', ', ')}\``;
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function table(headings: readonly string[], rows: readonly string[]): string {
  return [row(headings), row(headings.map(() => '---')), ...rows].join('\n');
}

async function configuration(): Promise<string> {
  return `<!-- Generated from server/src/config.ts and operator/src/environment.ts by \`npm run generate\`. Do not edit. -->

# Configuration

Who uses the operator sets the fields of a TickStorm (\`kubectl explain tickstorm.spec --recursive\`, or the table in the
[README](../README.md#the-resource)); the operator turns them into the environment below. Who runs the server by itself
sets the environment.

## Server

A variable that is empty counts as unset. Durations are written \`500ms\`, \`15s\`, \`1m\` or \`1m30s\`; names that end in
\`_MS\` take plain milliseconds. Every wrong variable is reported at once, with its name, its value and what is allowed,
and the server exits with code 78. A variable that looks like one of these and is none, or that has no effect as things
are, is said in a log line \`setting without effect\`. The last column is the field below \`spec\` of a TickStorm; where it is
empty, a TickStorm cannot set the variable.

${table(['Variable', 'Default', 'Allowed', 'Meaning', 'TickStorm'], await serverRows())}

\`NODE_OPTIONS\` is Node's own; the operator sets \`--max-old-space-size\` in it from \`runtime.heapMegabytes\`. Without it the
server sizes the heap of its workers by the container's memory limit. \`GOMAXPROCS\`, \`GOMEMLIMIT\` and \`GOGC\`, which
deployments of the first implementation carry, have no effect, and the server says so.

### The configuration file

\`CONFIG_FILE\` names a JSON file that is read again every two seconds. What it holds takes effect without a restart and
goes before the variable of the same meaning; a key that is absent leaves it to the variable. An unknown key or a wrong
value is refused as a whole: at the start with exit code 78, later with a log line, and the settings stay as they were.

| Key | Variable | Value |
| --- | --- | --- |
| \`logLevel\` | \`LOG_LEVEL\` | \`error\`, \`warn\`, \`info\` or \`debug\` |
| \`ipAllowlist\` | \`IP_ALLOWLIST\` | list of IPv4 or IPv6 addresses and CIDRs |
| \`ipBlocklist\` | \`IP_BLOCKLIST\` | list of IPv4 or IPv6 addresses and CIDRs |

\`\`\`json
{ "logLevel": "info", "ipAllowlist": ["10.0.0.0/8", "2001:db8::/32"], "ipBlocklist": ["10.66.0.0/16"] }
\`\`\`

Address lists apply to new connections; one that is open stays.

### Exit codes

| Code | Meaning |
| --- | --- |
| 0 | Stopped by SIGTERM or SIGINT after the drain |
| 1 | Cannot start, for example because the port is taken |
| 70 | A fault in the program |
| 78 | Wrong configuration |
| 143 | Stopped at once by a second signal |

\`-health-check\` as argument asks the server that runs with the same environment whether it is ready, prints one line and
exits with 0 or 1.

## Operator

${table(['Variable', 'Default', 'Allowed', 'Meaning'], operatorRows())}

The API server is found as kubectl finds it: \`KUBECONFIG\`, \`~/.kube/config\`, or the pod's own ServiceAccount. A wrong
variable or an unusable kubeconfig ends the program with code 78, a lost lease or a failure with 69.
`;
}

const path = fileURLToPath(new URL('../docs/configuration.md', import.meta.url));
const text = await configuration();
if (process.argv.includes('--check')) {
  const current = await readFile(path, 'utf8').catch(() => '');
  if (current !== text) {
    process.stderr.write('docs/configuration.md differs from what the programs accept: run npm run generate\n');
    process.exitCode = 1;
  }
} else {
  await writeFile(path, text);
  process.stderr.write('wrote docs/configuration.md\n');
}
