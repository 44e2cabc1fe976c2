// `npm run cluster -- COMMAND`: a real Kubernetes on this machine; see README.md beside this file.
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { Cluster } from './cluster.ts';
import { clusterPaths } from './paths.ts';
import { elapsed, timedReport } from './report.ts';
import { runInForeground } from './run.ts';

const usage = `usage: npm run cluster -- COMMAND [--name NAME]

  up [--nodes N]       start a cluster (1 node) and wait until it is ready
  down                 end it; its logs stay until the next up
  status               what runs, node by node; without --name, all clusters
  load IMAGE-ARCHIVE   import an image (OCI or Docker archive) into every node
  kubeconfig           print the path of the administrator's kubeconfig
  kubectl ARGUMENT...  run kubectl of the cluster's version against it
  logs [COMPONENT]     print a component's log; without a name, list them

  --name NAME          which cluster (default: "default"); several run side by side

Exit codes: 0 done, 1 failed, 3 no such cluster runs, 64 wrong usage.`;

class UsageError extends Error {}
class NotRunningError extends Error {}

const exitCode = { failed: 1, notRunning: 3, usage: 64 } as const;

async function main(argv: readonly string[]): Promise<number> {
  const command = argv[0] ?? '';
  if (command === 'kubectl') return kubectl(argv.slice(1));
  const { values, positionals } = parse(argv);
  if (values.help === true || command === '') {
    console.log(usage);
    return command === '' ? exitCode.usage : 0;
  }
  const name = values.name ?? 'default';
  const operands = positionals.slice(1);
  expectOperands(command, operands);
  switch (command) {
    case 'up':
      await up(name, values.nodes);
      return 0;
    case 'down':
      await down(name);
      return 0;
    case 'status':
      return status(values.name);
    case 'load':
      await runningCluster(name).load(operands[0]!);
      return 0;
    case 'kubeconfig':
      console.log(runningCluster(name).kubeconfig);
      return 0;
    case 'logs':
      return logs(name, operands[0]);
    default:
      throw new UsageError(`there is no command "${command}"`);
  }
}

function parse(argv: readonly string[]): {
  values: { name?: string; nodes?: string; help?: boolean };
  positionals: string[];
} {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: { name: { type: 'string' }, nodes: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function expectOperands(command: string, operands: readonly string[]): void {
  const [least, most] = command === 'load' ? [1, 1] : command === 'logs' ? [0, 1] : [0, 0];
  if (operands.length < least) throw new UsageError(`${command} needs the path of an image archive`);
  if (operands.length > most) throw new UsageError(`${command} takes no "${operands[most]!}"`);
}

async function up(name: string, nodes = '1'): Promise<void> {
  if (!/^\d+$/.test(nodes)) throw new UsageError(`--nodes is a whole number, not "${nodes}"`);
  const started = Date.now();
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => controller.abort(new Error(`stopped by ${signal}; nothing of the cluster is left`)));
  }
  const report = timedReport('cluster');
  report(`starting cluster "${name}" with ${nodes} node${nodes === '1' ? '' : 's'}`);
  const cluster = await Cluster.up({ name, nodes: Number(nodes), report, signal: controller.signal });
  const option = name === 'default' ? '' : ` --name ${name}`;
  console.log(`cluster "${name}" is up (${elapsed(started)})

  export KUBECONFIG=${cluster.kubeconfig}
  ${cluster.kubectl} get nodes
  npm run cluster -- kubectl${option} get pods -A
  npm run cluster -- down${option}`);
}

async function down(name: string): Promise<void> {
  if (!(await Cluster.down(name))) throw new NotRunningError(`there is no cluster "${name}"`);
  console.log(`cluster "${name}" is down; its logs: ${clusterPaths(name).logs}`);
}

async function status(name: string | undefined): Promise<number> {
  const clusters = name === undefined ? await Cluster.running() : [runningCluster(name)];
  if (clusters.length === 0) console.log('no cluster is running');
  let healthy = true;
  for (const cluster of clusters) {
    const ready = await cluster.isReady();
    console.log(`cluster "${cluster.name}": API server ${ready ? 'ready' : 'not ready'}`);
    for (const node of cluster.nodes()) {
      console.log(`  ${node.name}  ${node.zone}  ${node.ip}  ${node.running ? 'running' : 'down'}`);
    }
    console.log(`  kubeconfig ${cluster.kubeconfig}\n  logs       ${cluster.logs}`);
    healthy &&= ready && cluster.nodes().every((node) => node.running);
  }
  return healthy ? 0 : exitCode.failed;
}

async function kubectl(argv: readonly string[]): Promise<number> {
  const args = [...argv];
  let name = 'default';
  const option = args.indexOf('--name');
  if (option !== -1) name = args.splice(option, 2)[1] ?? 'default';
  const cluster = runningCluster(name);
  return runInForeground(cluster.kubectl, args, { ...process.env, KUBECONFIG: cluster.kubeconfig });
}

async function logs(name: string, component: string | undefined): Promise<number> {
  const folder = clusterPaths(name).logs;
  const files = (await readdir(folder, { recursive: true }).catch(() => [])).filter((file) => file.endsWith('.log'));
  const names = files.filter((file) => !file.includes('pods/')).map((file) => file.replace(/\.log$/, ''));
  if (names.length === 0) throw new NotRunningError(`there are no logs of a cluster "${name}"`);
  if (component === undefined) {
    console.log(names.sort().join('\n'));
    return 0;
  }
  const matching = names.filter((candidate) => candidate === component || candidate.endsWith(`/${component}`));
  if (matching.length !== 1) {
    const choice = (matching.length === 0 ? names : matching).sort().join(', ');
    throw new UsageError(`"${component}" names ${matching.length} logs of cluster "${name}"; there are: ${choice}`);
  }
  const file = join(folder, `${matching[0]!}.log`);
  if (!existsSync(file)) throw new Error(`the log ${relative(folder, file)} is gone`);
  return runInForeground('cat', [file]);
}

function runningCluster(name: string): Cluster {
  const cluster = Cluster.find(name);
  if (cluster === undefined) {
    throw new NotRunningError(`no cluster "${name}" is running; start it: npm run cluster -- up --name ${name}`);
  }
  return cluster;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const text = error instanceof Error ? error.message : String(error);
  console.error(`cluster: ${text}`);
  if (error instanceof UsageError) console.error(`\n${usage}`);
  process.exitCode =
    error instanceof UsageError
      ? exitCode.usage
      : error instanceof NotRunningError
        ? exitCode.notRunning
        : exitCode.failed;
}
