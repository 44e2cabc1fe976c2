// Writes docs/configuration.md from what the two programs accept; with --check it only says whether the file is current.
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { ENVIRONMENT_VARIABLES, readEnvironment } from '../operator/src/environment.ts';
import type { Environment } from '../operator/src/environment.ts';
import { allowedInFile } from '../server/src/config/hot-settings.ts';
import { optionEntries, settingKey } from '../server/src/config/options.ts';

interface OperatorVariable {
  readonly meaning: string;
  /** Where its default shows after reading an empty environment. */
  readonly field: keyof Environment;
  /** The value of the chart that sets it. */
  readonly chart?: string;
}

/** What each variable of the operator means. */
const operatorMeanings: Readonly<Record<string, OperatorVariable>> = {
  WATCH_NAMESPACES: {
    meaning: 'Namespaces whose TickStorms are served; empty: all.',
    field: 'watchNamespaces',
    chart: 'watchNamespaces',
  },
  SERVER_IMAGE: { meaning: 'Image of TickStorms that name none.', field: 'serverImage', chart: 'serverImage' },
  POD_NAME: { meaning: 'Name of this operator in its Lease and in events.', field: 'podName' },
  POD_NAMESPACE: { meaning: 'Namespace of the Lease.', field: 'podNamespace' },
  METRICS_ADDR: { meaning: 'Where `/metrics`, `/healthz` and `/readyz` are served.', field: 'metricsPort' },
  LOG_LEVEL: { meaning: 'Lowest level that is logged.', field: 'logLevel', chart: 'logLevel' },
  LEADER_ELECTION: {
    meaning: 'Whether to wait for the Lease before working.',
    field: 'leaderElection',
    chart: 'leaderElection',
  },
  HOST_LEVEL_OVERLAYS: {
    meaning:
      'Whether `spec.podTemplate` may have host-level fields; the chart sets it only beside its admission policy, which says whose ([security](security.md#host-level-fields)).',
    field: 'allowsHostLevel',
    chart: 'hostLevelOverlays',
  },
  RECONCILE_WORKERS: {
    meaning: 'TickStorms that are worked on at the same time.',
    field: 'workers',
    chart: 'tuning.reconcileWorkers',
  },
  KUBE_API_QPS: {
    meaning: 'Requests per second to the API server in the long run; watches and the Lease are not counted.',
    field: 'apiQps',
    chart: 'tuning.kubeAPIQPS',
  },
  KUBE_API_BURST: {
    meaning: 'Requests that may be sent at once after a pause.',
    field: 'apiBurst',
    chart: 'tuning.kubeAPIBurst',
  },
  DISCOVERY_SECONDS: {
    meaning:
      'Seconds between two looks whether the kinds of the Prometheus operator and cert-manager are installed, as long as they are not.',
    field: 'discoverySeconds',
    chart: 'tuning.discoverySeconds',
  },
};

/** No variable accepts this: too long for a text, and none of anything else. */
const unacceptable = '~'.repeat(5000);

function serverRows(): string[] {
  return optionEntries.map(([name, { alias, default: byDefault, value, reload, meaning, tickStorm }]) => {
    const names = alias === undefined ? `\`${name}\`` : `\`${name}\`, or \`${alias}\``;
    const allowed = value.allowed.replace('; it must be set', '; **must be set**');
    return row([names, code(byDefault), allowed, reload, meaning, tickStorm]);
  });
}

function hotRows(): string[] {
  return optionEntries
    .filter(([, { reload }]) => reload === 'hot')
    .map(([name, { value }]) => row([`\`${settingKey(name)}\``, `\`${name}\``, allowedInFile(value)]));
}

function operatorRows(): string[] {
  const read = readEnvironment({}, { podName: 'the host name', podNamespace: 'default' });
  if (!read.ok) throw new Error('the operator does not start without settings');
  return ENVIRONMENT_VARIABLES.map((name) => {
    const told = operatorMeanings[name];
    if (told === undefined) throw new Error(`nothing says what ${name} means`);
    const { meaning, field, chart = '' } = told;
    const wrong = readEnvironment({ [name]: unacceptable }, { podName: '', podNamespace: '' });
    const allowed = wrong.ok ? undefined : wrong.problems.find((each) => each.name === name)?.allowed;
    if (allowed === undefined) throw new Error(`the operator does not say what ${name} may be`);
    const value = String(read.environment[field]);
    const byDefault = field === 'metricsPort' ? `:${value}` : value;
    return row([`\`${name}\``, field === 'podName' ? byDefault : code(byDefault), allowed, meaning, code(chart)]);
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

function configuration(): string {
  return `<!-- Generated from server/src/config/options.ts and operator/src/environment.ts by \`npm run generate\`. Do not edit. -->

# Configuration

Who uses the operator sets the fields of a TickStorm (\`kubectl explain tickstorm.spec --recursive\`, or the table in the
[README](../README.md#the-resource)); the operator turns them into the environment below. Who runs the server by itself
sets the environment.

## Server

A variable that is empty counts as unset. Durations are written \`500ms\`, \`15s\`, \`1m\` or \`1m30s\`; names that end in
\`_MS\` take plain milliseconds. Every wrong variable is reported at once, with its name, its value and what is allowed,
and the server exits with code 78. A variable that looks like one of these and is none, or that has no effect as things
are, is said in a log line \`setting without effect\`. What is marked \`hot\` the configuration file can change while the
server runs; the rest takes a \`restart\`. The last column is the field below \`spec\` of a TickStorm; where it is empty, a
TickStorm cannot set the variable.

${table(['Variable', 'Default', 'Allowed', 'Change', 'Meaning', 'TickStorm'], serverRows())}

\`NODE_OPTIONS\` is Node's own; the operator sets \`--max-old-space-size\` in it from \`runtime.heapMegabytes\`. Without it the
server sizes the heap of its workers by the container's memory limit. \`GOMAXPROCS\`, \`GOMEMLIMIT\` and \`GOGC\`, which
deployments of the first implementation carry, have no effect, and the server says so.

### The configuration file

\`CONFIG_FILE\` names a JSON file that is read again every two seconds. What it holds takes effect without a restart and
goes before the variable of the same meaning; a key that is absent leaves it to the variable. With an unknown key or a
wrong value the whole file is refused and each of them named: at the start with exit code 78, later with a log line, and
the settings stay as they were.

${table(['Key', 'Variable', 'Value'], hotRows())}

\`\`\`json
{ "logLevel": "info", "ipAllowlist": ["10.0.0.0/8", "2001:db8::/32"], "ipBlocklist": ["10.66.0.0/16"] }
\`\`\`

Address lists, \`maxConnections\` and \`subscribeTimeout\` apply to new connections; one that is open stays.

### The users file

\`AUTH_USERS_FILE\` names a file with one user a line: a name without colon and white space, a colon, a scrypt hash in the
PHC string format, and if wanted limits that go before \`MAX_CONNECTIONS_PER_USER\` and \`MAX_SYMBOLS_PER_USER\` (0: no
limit). Empty lines and lines that begin with \`#\` are skipped.

\`\`\`text
# name:hash [maxConnections=N] [maxSymbols=N]
alice:$scrypt$ln=15,r=8,p=3$NUjiivK5Z6fQyBiJZfIOsg$KVVFOsJZMJgUfTFOVTc7qEAGPv/EvvgW5TEVZRHqPyA
feed-2:$scrypt$ln=14,r=8,p=1$0VYUeoq4UDjHb1NNA9gQAw$gCqOFZmpCwvXQ4ujNDv2CwJUl/FV+Il4HCdYYbL2UwM maxConnections=20 maxSymbols=50
\`\`\`

\`-hash-password NAME\` as argument makes such a line. It asks for the password, or takes the first line of its standard
input; the exit code is 64 when it can make none.

\`\`\`sh
npm run -s server -- -hash-password alice >> users
docker run --rm -i REGISTRY/tick-storm-server:0.2.0 -hash-password alice < password
\`\`\`

A hash costs at most 128 MiB (\`128 * 2^ln * r\`) and \`2^ln * r * p\` at most 2^22. The file is looked at every two seconds,
and a change counts when it has stayed until the next look: replace it by a rename, as Kubernetes does with a mounted
Secret. A file with a mistake is refused as a whole, with the number of each wrong line: at the start with exit code 78,
later with a log line, and the old users stay. Connections of a user who is gone are closed with ERROR 1; a changed
password or limit closes nobody. Where the pair of the environment is set too, it is one more user, unless the file has
its name.

### Exit codes

| Code | Meaning |
| --- | --- |
| 0 | Stopped by SIGTERM or SIGINT after the drain |
| 1 | Cannot start, for example because the port is taken |
| 64 | \`-hash-password\` without a usable name or password |
| 70 | A fault in the program |
| 78 | Wrong configuration |
| 143 | Stopped at once by another signal, a second or more after the first |

\`-health-check\` as argument asks the server that runs with the same environment whether it is ready, prints one line and
exits with 0 or 1.

## Operator

${table(['Variable', 'Default', 'Allowed', 'Meaning', 'Value of the chart'], operatorRows())}

The API server is found as kubectl finds it: \`KUBECONFIG\`, \`~/.kube/config\`, or the pod's own ServiceAccount. A wrong
variable or an unusable kubeconfig ends the program with code 78, a lost lease or a failure with 69.
`;
}

const path = fileURLToPath(new URL('../docs/configuration.md', import.meta.url));
const text = configuration();
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
