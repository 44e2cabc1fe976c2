import type { Cluster } from '../cluster/cluster.ts';
import type { Report } from '../cluster/report.ts';
import { waitFor } from '../cluster/wait.ts';
import { awaitReady, createNamespace } from '../e2e/live-tick-storm.ts';
import { smallTickStorm } from '../e2e/small-tick-storm.ts';
import { readCredentials } from '../install/credentials.ts';
import type { Kubectl } from '../install/kubectl.ts';
import type { ClientSpec } from './fleet-message.ts';
import { SYMBOLS, TICK_INTERVAL_MS } from './rounds.ts';

export interface Pod {
  readonly metadata: { readonly name: string; readonly uid: string; readonly deletionTimestamp?: string };
  readonly spec: { readonly nodeName?: string; readonly containers: readonly { readonly image: string }[] };
  readonly status: {
    readonly podIP?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
    readonly containerStatuses?: readonly {
      readonly containerID?: string;
      readonly state?: { readonly running?: object };
    }[];
  };
}

/** Where the changes happen. */
export interface Bed {
  readonly cluster: Cluster;
  readonly kubectl: Kubectl;
  readonly namespace: string;
  readonly operatorNamespace: string;
  /** The names of what is under test. */
  readonly services: readonly string[];
  /** Resolves once whoever looks after a service says that it is as it should be. */
  readonly awaitReady: (name: string) => Promise<unknown>;
  readonly report: Report;
  readonly signal: AbortSignal;
}

/** Pods of each TickStorm. */
export const REPLICAS = 2;

const PATIENCE_MS = 240_000;

/** Makes a TickStorm with the ledger's feed, and resolves once it is Ready. */
export async function createService(
  bed: Bed,
  name: string,
  spec: object,
): Promise<Omit<ClientSpec, 'kind' | 'indices'>> {
  const { kubectl, namespace } = bed;
  await createNamespace(kubectl, namespace);
  const feed = { clock: { symbols: SYMBOLS, tickIntervalMs: TICK_INTERVAL_MS } };
  const shared = { replicas: REPLICAS, feed, service: { type: 'LoadBalancer' }, resources: POD };
  await kubectl.apply(smallTickStorm({ name, namespace }, { ...shared, ...spec }));
  const { status } = await awaitReady(kubectl, namespace, name);
  return { address: status!.endpoint!, ...(await readCredentials(kubectl, namespace, name)) };
}

/** Little is reserved, so that many pods find a place, and nothing of the machine is withheld. */
export const POD = {
  limits: { cpu: '2', memory: '512Mi', 'ephemeral-storage': '256Mi' },
  requests: { cpu: '100m', memory: '96Mi', 'ephemeral-storage': '64Mi' },
};

/** The pods of a TickStorm that are not on their way out. */
export async function podsOf(bed: Bed, name: string): Promise<Pod[]> {
  return (await allPodsOf(bed, name)).filter(({ metadata }) => metadata.deletionTimestamp === undefined);
}

/** The pods of all services, those on their way out as well. */
export async function podsOfAll(bed: Bed): Promise<Pod[]> {
  return (await Promise.all(bed.services.map((name) => allPodsOf(bed, name)))).flat();
}

async function allPodsOf({ kubectl, namespace }: Bed, name: string): Promise<Pod[]> {
  return (await kubectl.get<{ items: Pod[] }>('pods', `--selector=app=${name}`, `--namespace=${namespace}`)).items;
}

/** How many clients a pod has by its own count. */
export async function clientsOf({ kubectl, namespace }: Bed, { metadata }: Pod): Promise<number> {
  const path = `/api/v1/namespaces/${namespace}/pods/${metadata.name}:9090/proxy/stats`;
  const { workers } = JSON.parse(await kubectl.run(['get', '--raw', path])) as { workers: { connections: number }[] };
  return workers.reduce((sum, { connections }) => sum + connections, 0);
}

/** Waits until there are as many pods as wanted, all of them ready, none leaving, and `also` holds for each. */
export async function untilCalm(
  bed: Bed,
  name: string,
  replicas: number = REPLICAS,
  also: (pod: Pod) => boolean = () => true,
): Promise<void> {
  await waitFor(
    async () => {
      const pods = await allPodsOf(bed, name);
      return pods.length === replicas && pods.every((pod) => isReady(pod) && also(pod));
    },
    { what: `${replicas} ready pods of ${name}`, timeoutMs: PATIENCE_MS, intervalMs: 500, signal: bed.signal },
  );
  await bed.awaitReady(name);
}

/** Has the kubelets look at once at what is mounted, which they else do about once a minute. */
export async function nudge({ kubectl, namespace }: Bed, name: string): Promise<void> {
  const annotation = `tickstorm.io/ledger-nudge=${Date.now()}`;
  await kubectl.run([
    'annotate',
    'pods',
    `--selector=app=${name}`,
    '--overwrite',
    annotation,
    `--namespace=${namespace}`,
  ]);
}

export function isReady({ metadata, status }: Pod): boolean {
  if (metadata.deletionTimestamp !== undefined) return false;
  return status.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false;
}

export async function patch({ kubectl, namespace }: Bed, name: string, spec: object): Promise<void> {
  const body = JSON.stringify({ spec });
  await kubectl.run(['patch', 'tickstorm', name, '--type=merge', `--patch=${body}`, `--namespace=${namespace}`]);
}
