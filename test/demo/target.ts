import { Cluster } from '../cluster/cluster.ts';
import type { Report } from '../cluster/report.ts';
import { run } from '../cluster/run.ts';
import { ensureTool } from '../cluster/tools.ts';
import { ensureImage } from '../images/ensure-image.ts';
import type { ImageName } from '../images/ensure-image.ts';
import { Kubectl } from '../install/kubectl.ts';
import { inspectForeignCluster } from './foreign-cluster.ts';
import { loaderOf } from './options.ts';
import type { DemoOptions } from './options.ts';
import { projectVersion } from '../releases/project-version.ts';

/** A cluster with the images in reach. */
export interface Target {
  readonly kubectl: Kubectl;
  readonly images: { readonly operator: string; readonly server: string };
  /** How its user calls kubectl. */
  readonly kubectlCommand: string;
  /** Undefined in a cluster of the user's. */
  readonly ownCluster: Cluster | undefined;
  /** Where the operator is installed. */
  readonly operatorNamespace: string;
  /** The CRD was there before the demo, so it stays. */
  readonly hadCrd: boolean;
}

/** The demo's own cluster, started unless it runs already, with the images loaded into its nodes. */
export async function prepareOwnCluster(options: DemoOptions, report: Report, signal: AbortSignal): Promise<Target> {
  const name = options.cluster;
  let cluster = Cluster.find(name);
  if (cluster !== undefined) {
    report(`cluster "${name}" is running: using it`);
  } else {
    report(`starting a Kubernetes cluster "${name}" of two nodes on this machine`);
    cluster = await Cluster.up({ name, nodes: 2, report, owned: !options.keep, signal });
  }
  try {
    const server = await loadInto(cluster, 'server', report, signal);
    const operator = await loadInto(cluster, 'operator', report, signal);
    return {
      kubectl: new Kubectl({ program: cluster.kubectl, kubeconfig: cluster.kubeconfig }),
      images: { server, operator },
      kubectlCommand: cluster.kubectl,
      ownCluster: cluster,
      operatorNamespace: 'tick-storm-system',
      hadCrd: false,
    };
  } catch (error) {
    if (!options.keep) await cluster.down();
    throw error;
  }
}

async function loadInto(cluster: Cluster, name: ImageName, report: Report, signal: AbortSignal): Promise<string> {
  const { reference, archive } = await ensureImage(name, report, signal);
  report(`loading the ${name} image into the nodes`);
  await cluster.load(archive);
  signal.throwIfAborted();
  return reference;
}

/** The user's own cluster, which gets the images from a registry or by its tool's own loader. */
export async function prepareContext(
  context: string,
  options: DemoOptions,
  report: Report,
  signal: AbortSignal,
): Promise<Target> {
  const program = await run('kubectl', ['version', '--client'])
    .then(() => 'kubectl')
    .catch(() => ensureTool('kubectl', report));
  const kubectl = new Kubectl({ program, context });
  await kubectl.run(['version', '--request-timeout=10s']).catch((error: unknown) => {
    throw new Error(`the cluster of context "${context}" does not answer: ${messageOf(error)}`, { cause: error });
  });
  // A namespace of the demo's own, so that it can be told from an operator that somebody else installed.
  const operatorNamespace = 'tick-storm-demo-system';
  const { hasCrd } = await inspectForeignCluster(kubectl, operatorNamespace);
  const images = await imagesFor(context, options, report, signal);
  const kubectlCommand = `${program} --context=${context}`;
  return { kubectl, images, kubectlCommand, ownCluster: undefined, operatorNamespace, hadCrd: hasCrd };
}

async function imagesFor(
  context: string,
  { registry, tag }: DemoOptions,
  report: Report,
  signal: AbortSignal,
): Promise<Target['images']> {
  if (registry !== undefined) {
    const suffix = tag ?? projectVersion();
    return {
      operator: `${registry}/tick-storm-operator:${suffix}`,
      server: `${registry}/tick-storm-server:${suffix}`,
    };
  }
  const loader = loaderOf(context)!;
  const load = async (name: ImageName): Promise<string> => {
    const { reference, archive } = await ensureImage(name, report, signal);
    const [command, ...args] = loader(archive);
    report(`loading the ${name} image: ${[command, ...args].join(' ')}`);
    await run(command!, args);
    return reference;
  };
  return { server: await load('server'), operator: await load('operator') };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
