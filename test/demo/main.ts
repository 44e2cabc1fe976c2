// `npm run demo`: from nothing to live ticks out of a Kubernetes cluster; see README.md at the top.
import { timedReport } from '../cluster/report.ts';
import type { Report } from '../cluster/report.ts';
import { ensureTool } from '../cluster/tools.ts';
import { installOperator, uninstallOperator } from '../install/helm.ts';
import type { OperatorRelease } from '../install/helm.ts';
import { removeLeftovers } from './foreign-cluster.ts';
import { parseOptions, usage, UsageError } from './options.ts';
import type { DemoOptions } from './options.ts';
import { NAMESPACE, TICK_STORM, runService } from './service.ts';
import type { RunningService } from './service.ts';
import { showLive, showTicks } from './show.ts';
import type { Shown } from './show.ts';
import { openStreams } from './streams.ts';
import { prepareContext, prepareOwnCluster } from './target.ts';
import type { Target } from './target.ts';

const RELEASE = 'tick-storm-operator';

async function main(args: readonly string[]): Promise<void> {
  const options = parseOptions(args);
  if (options === undefined) {
    console.log(usage);
    return;
  }
  const report = timedReport('demo');
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (stop.signal.aborted) report('still cleaning up; this takes a few seconds');
      stop.abort();
    });
  }
  try {
    const target = await prepare(options, report, stop.signal);
    let shown: Shown;
    try {
      shown = await demonstrate(target, options, report, stop.signal);
    } finally {
      await cleanUp(target, options, report);
    }
    console.log(`demo: ${shown.ticks} ticks from ${shown.pods} pods of TickStorm ${NAMESPACE}/${TICK_STORM}`);
  } catch (error) {
    // Whatever a stopped step says, it was stopped.
    throw stop.signal.aborted ? new Interrupted(options.keep) : error;
  }
}

class Interrupted extends Error {
  override readonly name = 'Interrupted';
  constructor(kept: boolean) {
    super(kept ? 'stopped; what was started is left running, as --keep asks' : 'stopped; all that it started is gone');
  }
}

function prepare(options: DemoOptions, report: Report, signal: AbortSignal): Promise<Target> {
  const { context } = options;
  return context === undefined
    ? prepareOwnCluster(options, report, signal)
    : prepareContext(context, options, report, signal);
}

async function demonstrate(target: Target, options: DemoOptions, report: Report, signal: AbortSignal): Promise<Shown> {
  report(`installing the operator with its Helm chart into namespace ${target.operatorNamespace}`);
  await installOperator(await releaseOf(target, report));
  signal.throwIfAborted();
  const service = await runService(target.kubectl, report, signal);
  try {
    report(`connecting to ${service.address}, one client for each of ${service.pods} pods`);
    const streams = await openStreams(service, signal);
    try {
      if (options.once) return await showTicks(streams, 20, signal);
      const hints = nextSteps(target, service, options);
      console.log(`\n${hints.join('\n')}\n`);
      const header = `TickStorm ${NAMESPACE}/${TICK_STORM} at ${service.address}, a client on each of ${streams.pods.length} pods`;
      return await showLive(streams, { header, footer: hints }, signal);
    } finally {
      await streams.close();
    }
  } finally {
    service.close();
  }
}

async function releaseOf(target: Target, report: Report): Promise<OperatorRelease> {
  const { kubectl, images, operatorNamespace: namespace } = target;
  const helm = await ensureTool('helm', report);
  return { helm, kubectl, release: RELEASE, namespace, images };
}

function nextSteps(target: Target, service: RunningService, options: DemoOptions): readonly string[] {
  const { ownCluster, kubectlCommand } = target;
  const inNamespace = `-n ${NAMESPACE}`;
  const access =
    ownCluster === undefined
      ? [`  alias kubectl='${kubectlCommand}'`]
      : [`  export KUBECONFIG=${ownCluster.kubeconfig}`, `  alias kubectl=${kubectlCommand}`];
  const ends = options.keep ? 'ends this view; the cluster stays' : 'ends the demo and all that it started';
  return [
    'Try next, in another terminal:',
    ...access,
    `  kubectl ${inNamespace} get tickstorm,deploy,svc,hpa,pdb,resourcequota,limitrange,pods -o wide`,
    `  kubectl ${inNamespace} patch tickstorm ${TICK_STORM} --type=merge -p '{"spec":{"autoscaling":{"minReplicas":3}}}'`,
    `  kubectl ${inNamespace} delete deployment ${TICK_STORM}   # and see it come back`,
    `A client of your own: ${service.address}, user and password in Secret ${TICK_STORM}-auth.`,
    `Ctrl-C ${ends}.${options.keep && ownCluster ? ` Stop it: npm run cluster -- down --name ${ownCluster.name}` : ''}`,
  ];
}

async function cleanUp(target: Target, options: DemoOptions, report: Report): Promise<void> {
  if (options.keep) return;
  const { ownCluster, kubectl } = target;
  if (ownCluster !== undefined) {
    report(`ending cluster "${ownCluster.name}"`);
    await ownCluster.down();
    return;
  }
  report('removing the demo from the cluster');
  await kubectl.run(['delete', 'namespace', NAMESPACE, '--ignore-not-found', '--timeout=120s']);
  await uninstallOperator(await releaseOf(target, report));
  await removeLeftovers(kubectl, target.operatorNamespace, target.hadCrd);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  const text = error instanceof Error ? error.message : String(error);
  console.error(`demo: ${text}`);
  if (error instanceof UsageError) console.error(`\n${usage}`);
  process.exitCode = error instanceof UsageError ? 64 : error instanceof Interrupted ? 130 : 1;
}
