import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { waitFor } from '../cluster/wait.ts';
import { readCredentials } from '../install/credentials.ts';
import { Arrivals, isReached } from './arrivals.ts';
import { PATIENCE_MS, awaitObject, awaitReady, createNamespace, type TickStormObject } from './live-tick-storm.ts';
import { smallTickStorm } from './small-tick-storm.ts';
import { SteadyClients } from './steady-clients.ts';
import { testCluster } from './test-cluster.ts';

jest.setTimeout(3 * PATIENCE_MS);

interface Pod {
  readonly metadata: {
    readonly name: string;
    readonly deletionTimestamp?: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: { readonly nodeName?: string; readonly terminationGracePeriodSeconds: number };
  readonly status: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

const namespace = 'e2e-scaling';
const inNamespace = `--namespace=${namespace}`;
const resource = ['tickstorm', 'wide', inNamespace];
const CLIENTS = 12;
const { kubectl } = testCluster();
let clients: SteadyClients;
let arrivals: Arrivals;

const patch = (spec: object): Promise<string> =>
  kubectl.run(['patch', ...resource, '--type=merge', `--patch=${JSON.stringify({ spec })}`]);

const scale = (replicas: number): Promise<string> =>
  kubectl.run(['scale', 'tickstorm/wide', `--replicas=${replicas}`, inNamespace]);

const pods = async (): Promise<Pod[]> => {
  const { items } = await kubectl.get<{ items: Pod[] }>('pods', '--selector=app=wide', inNamespace);
  return items.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
};
const isReady = ({ status }: Pod): boolean =>
  status.conditions?.some(({ type, status: holds }) => type === 'Ready' && holds === 'True') === true;
const namesOf = (found: readonly Pod[]): string[] => found.map(({ metadata }) => metadata.name).sort();
const marked = async (): Promise<string[]> =>
  namesOf((await pods()).filter(({ metadata }) => metadata.annotations?.['tickstorm.io/drain-started-at']));

const until = <T>(what: string, probe: () => Promise<T | false | undefined>): Promise<T> =>
  waitFor(probe, { what, timeoutMs: PATIENCE_MS, intervalMs: 100 });

/** That no client has missed anything or was cut off, nor will. */
const expectNothingLost = async (): Promise<void> => {
  const sequence = clients.slowest;
  await until('further ticks for every client', async () => clients.slowest > sequence);
  expect([clients.failures, clients.breaks, arrivals.failures]).toEqual([[], [], []]);
};

beforeAll(async () => {
  await createNamespace(kubectl, namespace);
  const spec = { replicas: 3, server: { drainSeconds: 6 }, service: { type: 'LoadBalancer' } };
  await kubectl.apply(smallTickStorm({ name: 'wide', namespace }, spec));
  const { status } = await awaitReady(kubectl, namespace, 'wide');
  const credentials = await readCredentials(kubectl, namespace, 'wide');
  // A pod is Ready before the nodes have heard of it.
  await until('the nodes to lead to the pods', () => isReached(status!.endpoint!));
  clients = await SteadyClients.open(status!.endpoint!, credentials, CLIENTS);
  arrivals = new Arrivals(status!.endpoint!);
});

afterAll(async () => {
  await arrivals.stop();
  await clients.close();
  await kubectl.run(['delete', 'namespace', namespace, '--ignore-not-found', '--wait=false']);
});

describe('evictions', () => {
  /** Whether the API server lets the pod go. */
  const evict = async (name: string, options: object): Promise<boolean> => {
    const body = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace }, ...options };
    const path = `/api/v1/namespaces/${namespace}/pods/${name}/eviction`;
    return await kubectl.run(['create', '--raw', path, '-f', '-'], JSON.stringify(body)).then(
      () => true,
      (error: unknown) => {
        if (String(error).includes('disruption budget')) return false;
        throw error;
      },
    );
  };
  const dryRun = { deleteOptions: { dryRun: ['All'] } };

  it('are let through one at a time: not while an evicted pod drains, though its replacement is ready', async () => {
    const [first, second] = namesOf(await pods());
    const isThere = async (): Promise<boolean> =>
      (await kubectl.run(['get', 'pod', first!, inNamespace, '--ignore-not-found', '--output=name'])) !== '';
    expect(await evict(first!, {})).toBe(true);
    await until('a replacement', async () => (await pods()).filter(isReady).length === 3);
    expect([await isThere(), await evict(second!, dryRun)]).toEqual([true, false]);
    await until('the evicted pod to be gone', async () => !(await isThere()));
    await until('room for the next one', async () => await evict(second!, dryRun));
  });
});

describe('kubectl scale of a TickStorm with clients', () => {
  it('that is called off takes the pod back that was to go', async () => {
    const before = namesOf(await pods());
    await scale(2);
    await until('a pod to drain', async () => (await marked()).length === 1);
    await awaitObject<TickStormObject, boolean>(kubectl, resource, 'reason ScalingDown', ({ status }) => {
      return status?.conditions?.some(({ type, reason }) => type === 'Ready' && reason === 'ScalingDown') === true;
    });
    await scale(3);
    await until('the pod to serve again', async () => (await marked()).length === 0);
    await awaitReady(kubectl, namespace, 'wide');
    expect(namesOf(await pods())).toEqual(before);
  });

  it('drains the pods with the fewest clients first, one after the other, and cuts nobody off; pods that come take over some of them', async () => {
    await scale(1);
    for (const left of [2, 1]) {
      const counts = clients.byPod;
      const [first] = await until('a pod to drain', async () => {
        const names = await marked();
        return names.length > 0 && names;
      });
      const inService = namesOf(await pods()).filter((name) => name !== first);
      for (const name of inService) expect(counts.get(first!) ?? 0).toBeLessThanOrEqual(counts.get(name) ?? 0);
      await until(`${left} pods`, async () => namesOf(await pods()).join() === inService.join());
    }
    await awaitReady(kubectl, namespace, 'wide');
    const [last] = namesOf(await pods());
    await until('all clients on the pod that is left', async () => clients.byPod.get(last!) === CLIENTS);
    await scale(2);
    // A share of 6 is level within twice its square root: 8 and 4. Where clients come to is chance: a few rounds of 30 s.
    await waitFor(async () => Math.max(...clients.byPod.values()) <= 8, {
      what: 'clients on both pods, level',
      timeoutMs: 2 * PATIENCE_MS,
      intervalMs: 100,
    });
    await expectNothingLost();
    expect(arrivals.count).toBeGreaterThan(100);
  });
});

describe('kubectl drain of a node', () => {
  afterEach(async () => {
    const nodes = await kubectl.run(['get', 'nodes', '--output=name']);
    await kubectl.run(['uncordon', ...nodes.trim().split('\n')]);
  });

  it('ends in time with 2 pods of the 2 that there are at least, and no client misses a tick', async () => {
    await patch({ disruption: null, autoscaling: { mode: 'Enabled', minReplicas: 2, maxReplicas: 3 } });
    await awaitReady(kubectl, namespace, 'wide');
    const before = await pods();
    expect(before).toHaveLength(2);
    const node = before[0]!.spec.nodeName!;
    const here = before.filter(({ spec }) => spec.nodeName === node);
    const graceSeconds = here.reduce((sum, { spec }) => sum + spec.terminationGracePeriodSeconds, 0);
    // Beyond the drains only what a replacement takes to come up.
    const timeout = `--timeout=${graceSeconds + PATIENCE_MS / 1_000}s`;
    await kubectl.run(['drain', node, '--pod-selector=app=wide', '--delete-emptydir-data', timeout]);
    await until('two ready pods elsewhere', async () => {
      const found = await pods();
      return found.length === 2 && found.every((pod) => isReady(pod) && pod.spec.nodeName !== node);
    });
    await expectNothingLost();
  });
});

describe('kubectl scale in a rollout that holds', () => {
  it('drains a pod that serves, leaves the one that does not come up, and says so', async () => {
    await patch({ autoscaling: { mode: 'Disabled', minReplicas: null, maxReplicas: null } });
    await patch({ image: 'localhost/tick-storm-server:missing' });
    const message = (words: string): Promise<boolean> =>
      awaitObject<TickStormObject, boolean>(kubectl, resource, words, ({ status }) => {
        return status?.conditions?.some(({ type, message: told }) => type === 'Ready' && told.includes(words)) === true;
      });
    await message('the rollout holds, 2 ready pods serve on');
    await scale(1);
    await message('the scale-down to 1 goes on meanwhile');
    const left = await until('one pod that serves', async () => {
      const found = await pods();
      return found.length === 2 && found.filter(isReady).length === 1 && found.find(isReady);
    });
    await until('all clients on it', async () => clients.byPod.get(left.metadata.name) === CLIENTS);
    await expectNothingLost();
  });
});
