import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { waitFor } from '../cluster/wait.ts';
import { openStreams } from '../demo/streams.ts';
import { readCredentials } from '../install/credentials.ts';
import type { Credentials } from '../install/credentials.ts';
import { kubectlTable } from '../install/kubectl-table.ts';
import { PATIENCE_MS, awaitObject, awaitReady, createNamespace, example } from './live-tick-storm.ts';
import type { TickStormObject } from './live-tick-storm.ts';
import { testCluster } from './test-cluster.ts';

jest.setTimeout(2 * PATIENCE_MS);

interface Pod {
  readonly metadata: { readonly name: string; readonly deletionTimestamp?: string };
  readonly spec: { readonly nodeName: string };
}

interface Hpa {
  readonly spec: { readonly maxReplicas: number; readonly scaleTargetRef: { readonly kind: string } };
  readonly status: {
    readonly currentMetrics?: readonly {
      readonly resource?: {
        readonly name: string;
        readonly current: { readonly averageUtilization?: number; readonly averageValue?: string };
      };
    }[];
  };
}

/** All that a TickStorm called `demo` owns, as `KIND/NAME`. */
const owned = [
  'serviceaccount/demo',
  'role/demo-role',
  'rolebinding/demo-rolebinding',
  'configmap/demo-config',
  'secret/demo-auth',
  'secret/demo-admin',
  'deployment/demo',
  'service/demo-service',
  'service/demo-headless',
  'horizontalpodautoscaler/demo-hpa',
  'poddisruptionbudget/demo-pdb',
  'resourcequota/tick-storm-quota',
  'limitrange/tick-storm-limits',
];

const namespace = 'e2e-tick-storm';
const inNamespace = `--namespace=${namespace}`;
const { kubectl } = testCluster();
let running: TickStormObject;
let credentials: Credentials;

const patch = (spec: unknown): Promise<string> =>
  kubectl.run(['patch', 'tickstorm', 'demo', inNamespace, '--type=merge', '--patch', JSON.stringify({ spec })]);

beforeAll(async () => {
  await createNamespace(kubectl, namespace);
  await kubectl.apply(example('demo'), [inNamespace]);
  running = await awaitReady(kubectl, namespace, 'demo');
  credentials = await readCredentials(kubectl, namespace, 'demo');
});

afterAll(async () => {
  await kubectl.run(['delete', 'namespace', namespace, '--ignore-not-found', '--wait=false']);
});

describe('a TickStorm that was applied', () => {
  it('owns every object of the guide, each with an owner reference', async () => {
    const objects = await kubectl.get<{
      items: { metadata: { ownerReferences?: { uid: string; kind: string }[] } }[];
    }>(...owned, inNamespace);
    expect(objects.items).toHaveLength(owned.length);
    for (const { metadata } of objects.items) {
      expect(metadata.ownerReferences).toContainEqual(
        expect.objectContaining({ kind: 'TickStorm', uid: running.metadata.uid }),
      );
    }
  });

  it('runs its pods on nodes of both zones', async () => {
    const { items } = await kubectl.get<{ items: Pod[] }>('pods', '--selector=app=demo', inNamespace);
    expect(items.map((pod) => pod.spec.nodeName).sort()).toEqual(['node-1', 'node-2']);
  });

  it('runs the pod of the guide: user, read-only root, no capabilities, seccomp, limits, probes', async () => {
    const { items } = await kubectl.get<{ items: { spec: { securityContext: unknown; containers: unknown[] } }[] }>(
      'pods',
      '--selector=app=demo',
      inNamespace,
    );
    const { securityContext, containers } = items[0]!.spec;
    expect(securityContext).toMatchObject({
      runAsNonRoot: true,
      runAsUser: 65532,
      runAsGroup: 65532,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(containers[0]).toMatchObject({
      securityContext: {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      },
      env: expect.arrayContaining([
        { name: 'ULIMIT_MAX_OPEN_FILES', value: '65536' },
        { name: 'ULIMIT_MAX_CPU_TIME', value: '7200' },
        { name: 'ULIMIT_MAX_STACK_SIZE', value: '8388608' },
      ]),
      startupProbe: { httpGet: { path: '/startupz' } },
      readinessProbe: { httpGet: { path: '/readyz' } },
      livenessProbe: { httpGet: { path: '/healthz' } },
    });
  });

  it('sends the same ticks from both pods to a client outside the pods', async () => {
    const streams = await openStreams({ address: running.status!.endpoint!, credentials, pods: 2 });
    expect(streams.pods.every((pod) => pod.startsWith('demo-'))).toBe(true);
    // The price of AAPL at each sequence number, by pod.
    const [first, second] = streams.pods.map(() => new Map<number, number>());
    const following = streams.each(({ pod, tick }) => {
      if (tick.symbol !== 'AAPL' || tick.sequence === undefined) return;
      (pod === streams.pods[0] ? first! : second!).set(tick.sequence, tick.price);
    });
    const common = (): number[] => [...first!.keys()].filter((sequence) => second!.has(sequence));
    await waitFor(() => common().length >= 10, { what: 'ticks that both pods sent', timeoutMs: PATIENCE_MS });
    await streams.close();
    await following;
    for (const sequence of common()) expect(second!.get(sequence)).toBe(first!.get(sequence));
  });

  it('shows at a glance that it is ready, how many pods and clients it has, and where it is', async () => {
    const streams = await openStreams({ address: running.status!.endpoint!, credentials, pods: 2 });
    const following = streams.each(() => undefined);
    const resource = ['tickstorm', 'demo', inNamespace];
    await awaitObject<TickStormObject, boolean>(kubectl, resource, 'its clients and ticks', ({ status }) => {
      return status?.connections === 2 && (status.ticksPerSecond ?? 0) > 0 && (status.position ?? 0) > 0;
    });
    const table = await kubectl.run(['get', 'tks', 'demo', '--output=wide', inNamespace]);
    await streams.close();
    await following;
    expect(kubectlTable(table)).toEqual([
      {
        NAME: 'demo',
        READY: 'True',
        REPLICAS: '2',
        DESIRED: '2',
        CLIENTS: '2',
        VERSION: expect.stringMatching(/^[0-9a-f]{12}$/),
        AGE: expect.stringMatching(/^\d+[sm]/),
        REASON: 'AllReplicasReady',
        ENDPOINT: running.status!.endpoint!,
        'TICKS/S': expect.stringMatching(/^[1-9]\d*$/),
        AUTOSCALING: 'Enabled',
        UPDATED: '2',
      },
    ]);
  });

  it('gives the HPA real CPU and memory figures', async () => {
    const hpa = ['horizontalpodautoscaler', 'demo-hpa', inNamespace];
    const metrics = await awaitObject<Hpa, Map<string, number>>(kubectl, hpa, 'figures of the HPA', ({ status }) => {
      const figures = (status.currentMetrics ?? []).map(
        ({ resource }) => [resource?.name ?? '', resource?.current.averageUtilization ?? -1] as const,
      );
      const known = new Map(figures.filter(([, value]) => value >= 0));
      return known.size === 2 && known;
    });
    expect([...metrics.keys()].sort()).toEqual(['cpu', 'memory']);
    expect(metrics.get('memory')).toBeGreaterThan(0);
  });
});

describe('a change', () => {
  it('of the spec changes the objects', async () => {
    await patch({ autoscaling: { minReplicas: 3 }, server: { logLevel: 'debug' } });
    const config = ['configmap', 'demo-config', inNamespace];
    await awaitObject<{ data: Record<string, string> }, boolean>(kubectl, config, 'the new log level', ({ data }) =>
      JSON.stringify(data).includes('debug'),
    );
    // The HPA raises the TickStorm by its scale subresource, and the operator the Deployment.
    const deployment = ['deployment', 'demo', inNamespace];
    await awaitObject<{ spec: { replicas: number } }, boolean>(
      kubectl,
      deployment,
      'three replicas',
      ({ spec }) => spec.replicas === 3,
    );
    const { spec } = await awaitReady(kubectl, namespace, 'demo');
    expect(spec.replicas).toBe(3);
  });

  it('of an owned object by hand is put right', async () => {
    await kubectl.run([
      ...['patch', 'service', 'demo-service', inNamespace, '--type=merge', '--patch'],
      '{"spec":{"ports":[{"name":"tcp","port":9999,"targetPort":"tcp","protocol":"TCP"}]}}',
    ]);
    const service = ['service', 'demo-service', inNamespace];
    await awaitObject<{ spec: { ports: { port: number }[] } }, boolean>(
      kubectl,
      service,
      'port 8080 again',
      ({ spec }) => spec.ports.length === 1 && spec.ports[0]!.port === 8080,
    );
  });

  it('that deletes an owned object brings it back', async () => {
    const before = await kubectl.get<{ metadata: { uid: string } }>('poddisruptionbudget', 'demo-pdb', inNamespace);
    await kubectl.run(['delete', 'poddisruptionbudget', 'demo-pdb', inNamespace]);
    const pdb = ['poddisruptionbudget', 'demo-pdb', inNamespace];
    await awaitObject<{ metadata: { uid: string } }, boolean>(
      kubectl,
      pdb,
      'another budget',
      ({ metadata }) => metadata.uid !== before.metadata.uid,
    );
  });

  it('that switches autoscaling off removes the HPA and leaves the number to the TickStorm', async () => {
    await patch({ autoscaling: { mode: 'Disabled', minReplicas: null, maxReplicas: null } });
    await kubectl.run(['wait', '--for=delete', 'horizontalpodautoscaler/demo-hpa', inNamespace, '--timeout=60s']);
    await kubectl.run(['scale', 'tickstorm/demo', '--replicas=4', inNamespace]);
    const deployment = ['deployment', 'demo', inNamespace];
    await awaitObject<{ spec: { replicas: number } }, boolean>(
      kubectl,
      deployment,
      'four replicas',
      ({ spec }) => spec.replicas === 4,
    );
  });

  it('that deletes the TickStorm removes all that it owned', async () => {
    await kubectl.run(['delete', 'tickstorm', 'demo', inNamespace]);
    await waitFor(
      async () => {
        const left = await kubectl.run(['get', ...owned, '--ignore-not-found', '--output=name', inNamespace]);
        return left.trim() === '';
      },
      { what: 'every owned object to be gone', timeoutMs: PATIENCE_MS, intervalMs: 200 },
    );
  });
});
