import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { connect as connectTcp } from 'node:net';
import { once } from 'node:events';
import { Cluster } from '../cluster/cluster.ts';
import { waitFor } from '../cluster/wait.ts';
import { restrictedContainer, restrictedPod } from '../install/restricted-pod.ts';
import { PATIENCE_MS, awaitObject, createNamespace } from './live-tick-storm.ts';
import { testCluster } from './test-cluster.ts';

jest.setTimeout(2 * PATIENCE_MS);

const namespace = 'e2e-cluster';
const inNamespace = `--namespace=${namespace}`;
const { cluster, kubectl, serverImage: image } = testCluster();

/** Answers each connection with the name of its pod; runs on the server's image, which has nothing but Node. */
const echoProgram = `require('node:net').createServer((socket) => {
  // A probe resets its connection.
  socket.on('error', () => undefined);
  socket.end(process.env.HOSTNAME);
}).listen(7000)`;

beforeAll(async () => {
  await createNamespace(kubectl, namespace);
  const labels = { app: 'echo' };
  const container = {
    name: 'echo',
    ...restrictedContainer,
    image,
    command: ['/nodejs/bin/node', '-e', echoProgram],
    ports: [{ containerPort: 7000 }],
    readinessProbe: { tcpSocket: { port: 7000 }, periodSeconds: 1 },
  };
  const spread = { maxSkew: 1, topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'DoNotSchedule' };
  const items = [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'echo', namespace },
      spec: {
        replicas: 2,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            ...restrictedPod,
            terminationGracePeriodSeconds: 1,
            containers: [container],
            topologySpreadConstraints: [{ ...spread, labelSelector: { matchLabels: labels } }],
          },
        },
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'echo', namespace },
      spec: { type: 'LoadBalancer', selector: labels, ports: [{ port: 7000 }] },
    },
  ];
  await kubectl.apply({ apiVersion: 'v1', kind: 'List', items });
  await kubectl.run(['rollout', 'status', 'deployment/echo', inNamespace, '--timeout=120s']);
});

afterAll(() => kubectl.run(['delete', 'namespace', namespace, '--wait=false']));

interface Service {
  readonly spec: { readonly clusterIP: string };
  readonly status: { readonly loadBalancer: { readonly ingress?: readonly { readonly ip: string }[] } };
}

/** Connects once and resolves to what the server said; rejects after a second without an answer. */
async function ask(host: string): Promise<string> {
  const socket = connectTcp({ host, port: 7000, timeout: 1000 });
  socket.on('timeout', () => socket.destroy(new Error(`${host} does not answer`)));
  let text = '';
  socket.on('data', (chunk) => (text += chunk.toString()));
  await once(socket, 'close');
  if (text === '') throw new Error(`${host} said nothing`);
  return text;
}

/** Asks until all of `count` pods have answered. */
async function askAll(host: string, count: number): Promise<ReadonlySet<string>> {
  const answers = new Set<string>();
  await waitFor(async () => answers.add(await ask(host)).size >= count, {
    what: `an answer from ${count} pods at ${host}`,
    timeoutMs: PATIENCE_MS,
    intervalMs: 20,
  });
  return answers;
}

describe('the embedded cluster', () => {
  it('has a Ready node in each of two zones', async () => {
    const { items } = await kubectl.get<{ items: { metadata: { name: string; labels: Record<string, string> } }[] }>(
      'nodes',
    );
    expect(items.map(({ metadata }) => [metadata.name, metadata.labels['topology.kubernetes.io/zone']])).toEqual([
      ['node-1', 'zone-a'],
      ['node-2', 'zone-b'],
    ]);
  });

  it('gives a LoadBalancer Service an address that reaches the pods of both nodes from the host', async () => {
    const ip = await awaitObject<Service, string>(
      kubectl,
      ['service', 'echo', inNamespace],
      'an address',
      ({ status }) => status.loadBalancer.ingress?.[0]?.ip,
    );
    expect(await askAll(ip, 2)).toHaveProperty('size', 2);
  });

  it('reaches a ClusterIP from the host', async () => {
    const { spec } = await kubectl.get<Service>('service', 'echo', inNamespace);
    expect(await askAll(spec.clusterIP, 2)).toHaveProperty('size', 2);
  });

  it('resolves a Service by name inside a pod', async () => {
    const { spec } = await kubectl.get<Service>('service', 'echo', inNamespace);
    const lookUp = `require('node:dns').lookup('echo.${namespace}.svc.cluster.local',(e,a)=>console.log(e??a))`;
    const answer = await kubectl.run([
      ...['exec', 'deployment/echo', inNamespace, '--'],
      ...['/nodejs/bin/node', '-e', lookUp],
    ]);
    expect(answer.trim()).toBe(spec.clusterIP);
  });

  it('measures nodes and pods (metrics.k8s.io)', async () => {
    const lines = await waitFor(
      async () => {
        const table = await kubectl.run(['top', 'pods', inNamespace, '--no-headers']);
        const rows = table.trim().split('\n');
        return rows.length === 2 && rows;
      },
      { what: 'the figures of two pods', timeoutMs: PATIENCE_MS, intervalMs: 500 },
    );
    for (const line of lines) expect(line).toMatch(/^echo-\S+ +\d+m +\d+Mi/);
  });

  it('loses a node without losing the Service, and takes it back', async () => {
    const { status } = await kubectl.get<Service>('service', 'echo', inNamespace);
    const ip = status.loadBalancer.ingress![0]!.ip;
    await cluster.killNode('node-2');
    expect(cluster.nodes().map(({ name, running }) => [name, running])).toEqual([
      ['node-1', true],
      ['node-2', false],
    ]);
    // The load balancer asks the nodes for their health; kube-proxy drops the lost pod when its node is not ready.
    await waitFor(
      async () => {
        for (let i = 0; i < 20; i++) await ask(ip);
        return true;
      },
      { what: 'twenty answers in a row', timeoutMs: PATIENCE_MS, intervalMs: 500 },
    );
    await cluster.startNode('node-2', () => undefined);
    await kubectl.run(['wait', '--for=condition=Ready', 'node/node-2', '--timeout=60s']);
    await kubectl.run(['rollout', 'status', 'deployment/echo', inNamespace, '--timeout=120s']);
    expect(await askAll(ip, 2)).toHaveProperty('size', 2);
  });

  it('is found by its name, and no other', () => {
    expect(Cluster.find(cluster.name)?.kubeconfig).toBe(cluster.kubeconfig);
    expect(Cluster.find('nobody')).toBeUndefined();
    expect(() => Cluster.find('No_Name')).toThrow('"No_Name" is no name for a cluster');
  });
});
