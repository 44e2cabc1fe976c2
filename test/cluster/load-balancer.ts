import { setTimeout as delay } from 'node:timers/promises';
import { loadBalancerIp } from './addresses.ts';
import { ClusterApi } from './api.ts';
import { log } from './component.ts';
import { loadBalancerRules } from './load-balancer-rules.ts';
import type { Frontend } from './load-balancer-rules.ts';
import { run } from './run.ts';
import type { ClusterSpec } from './spec.ts';

interface Service {
  readonly metadata: { readonly name: string; readonly namespace: string; readonly deletionTimestamp?: string };
  readonly spec: {
    readonly type: string;
    readonly loadBalancerClass?: string;
    readonly loadBalancerSourceRanges?: readonly string[];
    readonly externalTrafficPolicy?: string;
    readonly healthCheckNodePort?: number;
    readonly ports?: readonly { readonly protocol: string; readonly port: number; readonly nodePort?: number }[];
  };
  readonly status: { readonly loadBalancer: { readonly ingress?: readonly { readonly ip?: string }[] } };
}

interface Node {
  readonly status: { readonly addresses?: readonly { readonly type: string; readonly address: string }[] };
}

/** How often Services are read and nodes are asked for their health. */
const intervalMs = 500;
/** kube-proxy's own health, which says whether the node forwards Services (KEP-3836). */
const nodeHealthPort = 10_256;

/**
 * Plays the cloud's part, as a network load balancer does it: gives each LoadBalancer Service an address, writes it
 * to the Service's status, asks the nodes for their health and passes new connections to a healthy node's port.
 * Established connections keep their node (conntrack), and clients keep their address.
 */
export async function runLoadBalancer(cluster: ClusterSpec): Promise<never> {
  const api = new ClusterApi(cluster, 'cloud');
  const addresses = new Map<string, string>();
  let applied = '';
  for (;;) {
    try {
      const [services, nodes] = await Promise.all([listServices(api), listNodes(api)]);
      const wanted = services.filter(isOurs);
      assignAddresses(cluster, addresses, wanted);
      for (const service of wanted) await publishAddress(api, service, addresses.get(keyOf(service))!);
      const frontends = await Promise.all(
        wanted.map((service) => frontendOf(service, addresses.get(keyOf(service))!, nodes)),
      );
      const ready = await healthyNodes(nodes, nodeHealthPort);
      const state = JSON.stringify([frontends, ready]);
      if (state !== applied) {
        await run('nft', ['-f', '-'], { input: loadBalancerRules(frontends) });
        await routeServices(cluster.addresses.serviceRange, ready);
        log(`load balancer: ${frontends.length} Services over nodes ${ready.join(', ')}`);
        applied = state;
      }
    } catch (error) {
      log(`load balancer: ${error instanceof Error ? error.message : String(error)}`);
    }
    await delay(intervalMs);
  }
}

async function listServices(api: ClusterApi): Promise<readonly Service[]> {
  return (await api.get<{ items: Service[] }>('/api/v1/services?resourceVersion=0')).items;
}

async function listNodes(api: ClusterApi): Promise<readonly string[]> {
  const { items } = await api.get<{ items: Node[] }>('/api/v1/nodes?resourceVersion=0');
  const internal = items.map(
    (node) => node.status.addresses?.find((address) => address.type === 'InternalIP')?.address,
  );
  return internal.filter((address) => address !== undefined).sort();
}

function isOurs({ spec, metadata }: Service): boolean {
  return (
    spec.type === 'LoadBalancer' && spec.loadBalancerClass === undefined && metadata.deletionTimestamp === undefined
  );
}

function keyOf({ metadata }: Service): string {
  return `${metadata.namespace}/${metadata.name}`;
}

/** Frees the addresses of Services that are gone, keeps those that are in use, gives the lowest free one to new ones. */
function assignAddresses(cluster: ClusterSpec, addresses: Map<string, string>, services: readonly Service[]): void {
  const keys = new Set(services.map(keyOf));
  for (const key of addresses.keys()) if (!keys.has(key)) addresses.delete(key);
  const taken = new Set(addresses.values());
  for (const service of services) {
    const key = keyOf(service);
    if (addresses.has(key)) continue;
    const published = service.status.loadBalancer.ingress?.[0]?.ip;
    const all = Array.from({ length: 254 }, (_, i) => loadBalancerIp(cluster.addresses, i + 1));
    const address = published !== undefined && all.includes(published) && !taken.has(published)
      ? published
      : all.find((candidate) => !taken.has(candidate)); // prettier-ignore
    if (address === undefined) throw new Error(`no address is left for Service ${key}: all 254 are taken`);
    taken.add(address);
    addresses.set(key, address);
  }
}

async function publishAddress(api: ClusterApi, service: Service, ip: string): Promise<void> {
  if (service.status.loadBalancer.ingress?.[0]?.ip === ip) return;
  const { namespace, name } = service.metadata;
  await api.mergePatch(`/api/v1/namespaces/${namespace}/services/${name}/status`, {
    status: { loadBalancer: { ingress: [{ ip, ipMode: 'VIP' }] } },
  });
  log(`load balancer: Service ${namespace}/${name} has ${ip}`);
}

async function frontendOf(service: Service, ip: string, nodes: readonly string[]): Promise<Frontend> {
  const { spec } = service;
  const local = spec.externalTrafficPolicy === 'Local' && spec.healthCheckNodePort !== undefined;
  const backends = await healthyNodes(nodes, local ? spec.healthCheckNodePort : nodeHealthPort);
  return {
    ip,
    sourceRanges: (spec.loadBalancerSourceRanges ?? []).filter((range) => !range.includes(':')),
    ports: (spec.ports ?? [])
      .filter(({ protocol, nodePort }) => protocol === 'TCP' && nodePort !== undefined)
      .map(({ port, nodePort }) => ({ port, nodePort: nodePort! })),
    backends,
  };
}

async function healthyNodes(nodes: readonly string[], port: number): Promise<readonly string[]> {
  const answers = await Promise.all(nodes.map((node) => isHealthy(node, port)));
  return nodes.filter((_, index) => answers[index]);
}

async function isHealthy(node: string, port: number): Promise<boolean> {
  try {
    const response = await fetch(`http://${node}:${port}/healthz`, { signal: AbortSignal.timeout(1000) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}

/** ClusterIPs are reached through any node. */
async function routeServices(range: string, nodes: readonly string[]): Promise<void> {
  const hops = nodes.flatMap((node) => ['nexthop', 'via', node]);
  await run('ip', ['route', 'replace', ...(hops.length === 0 ? ['unreachable', range] : [range, ...hops])]);
}
