import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { waitFor } from '../cluster/wait.ts';
import { ChaosBed } from './chaos-bed.ts';
import { HollowNode, isStaying, podsOf } from './hollow-node.ts';
import { podless } from './tick-storms.ts';

jest.setTimeout(120_000);

interface LiveTickStorm {
  readonly metadata: {
    readonly generation: number;
    readonly deletionTimestamp?: string;
    readonly finalizers?: readonly string[];
  };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly endpoint?: string;
    readonly conditions?: readonly { readonly type: string; readonly reason: string }[];
  };
}

interface LiveDeployment {
  readonly spec: {
    readonly replicas: number;
    readonly template: { readonly spec: { readonly containers: readonly { readonly image: string }[] } };
  };
}

const namespace = 'controls';
const inNamespace = `--namespace=${namespace}`;
const bed = new ChaosBed();
const node = new HollowNode(bed.kubectl, 'controls');

beforeAll(async () => {
  const system = await bed.namespace('controls-system');
  await bed.namespace(namespace);
  await node.add();
  await bed.operator('controls', await bed.proxy(), { namespace: system, watchNamespaces: [] });
});
afterAll(async () => {
  await node.remove();
  await bed.clear();
});

const image = (version: number): string => `registry.example/tick-storm-server:${version}`;
const apply = (name: string, spec: object, where = namespace): Promise<string> =>
  bed.kubectl.apply(podless(where, name, spec), ['--server-side']);
const annotate = (name: string, annotation: string): Promise<string> =>
  bed.kubectl.run(['annotate', '--overwrite', 'tickstorm', name, annotation, inNamespace]);
const tickStorm = (name: string): Promise<LiveTickStorm> =>
  bed.kubectl.get<LiveTickStorm>('tickstorm', name, inNamespace);
const deployment = (name: string): Promise<LiveDeployment> =>
  bed.kubectl.get<LiveDeployment>('deployment', name, inNamespace);
const wait = (condition: string, object: string, where = namespace): Promise<string> =>
  bed.kubectl.run(['wait', `--for=${condition}`, object, `--namespace=${where}`, '--timeout=60s']);
const until = <T>(what: string, probe: () => Promise<T | false>): Promise<T> =>
  waitFor(probe, { what, timeoutMs: 60_000 });

/** Resolves once the operator has seen the TickStorm as it is, and a condition has this reason. */
const awaitReason = (name: string, type: string, wanted: string, where = namespace): Promise<boolean> =>
  until(`${type} of ${name} with reason ${wanted}`, async () => {
    const { metadata, status } = await bed.kubectl.get<LiveTickStorm>('tickstorm', name, `--namespace=${where}`);
    const isSeen = status?.observedGeneration === metadata.generation;
    return isSeen && status.conditions?.some((found) => found.type === type && found.reason === wanted) === true;
  });

/** The images of the pods that stay. */
const images = async (name: string): Promise<string> =>
  (await podsOf(bed.kubectl, namespace, name))
    .filter(isStaying)
    .map(({ spec }) => spec.containers[0]!.image)
    .toSorted((a, b) => (a < b ? -1 : 1))
    .join();
const awaitImages = (name: string, ...versions: readonly number[]): Promise<boolean> => {
  const wanted = versions.map(image).join();
  return until(`pods of ${name} with the images ${wanted}`, async () => (await images(name)) === wanted);
};

/** How many pods drain because they are to go. */
const draining = async (name: string): Promise<number> =>
  (await podsOf(bed.kubectl, namespace, name)).filter(
    ({ metadata }) => metadata.annotations?.['tickstorm.io/drain-started-at'] !== undefined,
  ).length;

describe('annotation tickstorm.io/hibernate', () => {
  const service = ['service', 'sleeper-service', inNamespace] as const;
  /** What clients depend on, wherever they have it from. */
  const address = async (): Promise<object> => {
    const { metadata, spec } = await bed.kubectl.get<{ metadata: { uid: string }; spec: object }>(...service);
    return { uid: metadata.uid, spec, endpoint: (await tickStorm('sleeper')).status?.endpoint };
  };

  it('takes pods and autoscaler away, keeps the Service with its addresses, and gives back what there was', async () => {
    await apply('sleeper', {
      replicas: 2,
      autoscaling: { mode: 'Enabled', minReplicas: 2, maxReplicas: 3 },
      service: { type: 'LoadBalancer' },
    });
    await node.run(namespace, 'sleeper', 2);
    await awaitReason('sleeper', 'EndpointAssigned', 'AddressAssigned');
    await awaitReason('sleeper', 'Ready', 'AllReplicasReady');
    const before = await address();
    expect(before).toMatchObject({
      endpoint: expect.stringMatching(/^[\d.]+:8080$/),
      spec: { clusterIP: expect.stringMatching(/^\d/), ports: [{ nodePort: expect.any(Number) }] },
    });
    const [template] = (await images('sleeper')).split(',');

    await annotate('sleeper', 'tickstorm.io/hibernate=true');
    await awaitReason('sleeper', 'Ready', 'Hibernated');
    await node.end(namespace, 'sleeper');
    await wait('delete', 'horizontalpodautoscaler/sleeper-hpa');
    expect(await podsOf(bed.kubectl, namespace, 'sleeper')).toEqual([]);
    expect(await address()).toEqual(before);

    await annotate('sleeper', 'tickstorm.io/hibernate-');
    await node.run(namespace, 'sleeper', 2);
    await awaitReason('sleeper', 'Ready', 'AllReplicasReady');
    await wait('create', 'horizontalpodautoscaler/sleeper-hpa');
    expect(await address()).toEqual(before);
    expect(await images('sleeper')).toBe(`${template},${template}`);
  });
});

describe('annotation tickstorm.io/paused', () => {
  it('rollout: holds a change of the pods, and scaling goes on', async () => {
    await apply('held', { replicas: 1, image: image(1) });
    await awaitImages('held', 1);
    await annotate('held', 'tickstorm.io/paused=rollout');
    await wait('jsonpath={.spec.paused}=true', 'deployment/held');

    await apply('held', { replicas: 3, image: image(2) });
    await awaitImages('held', 1, 1, 1);
    // The change is known, and waits in the Deployment.
    expect((await deployment('held')).spec.template.spec.containers[0]!.image).toBe(image(2));
    await awaitReason('held', 'Paused', 'PausedByAnnotation');

    await annotate('held', 'tickstorm.io/paused-');
    await until('a pod of the new image', async () => (await images('held')).includes(image(2)));
  });

  it('scale-in: keeps pods that are to go, and a rollout goes on', async () => {
    await apply('wide', { replicas: 3, image: image(1) });
    await node.run(namespace, 'wide', 3);
    await awaitReason('wide', 'Ready', 'AllReplicasReady');
    await annotate('wide', 'tickstorm.io/paused=scale-in');
    await awaitReason('wide', 'Paused', 'PausedByAnnotation');

    await apply('wide', { replicas: 1, image: image(1) });
    await awaitReason('wide', 'Ready', 'AllReplicasReady');
    expect([(await deployment('wide')).spec.replicas, await draining('wide')]).toEqual([3, 0]);
    await apply('wide', { replicas: 1, image: image(2) });
    // One at a time: the next one comes when this one serves.
    for (let pod = 0; pod < 3; pod += 1) await node.run(namespace, 'wide', 1);
    await awaitReason('wide', 'Ready', 'AllReplicasReady');
    await awaitImages('wide', 2, 2, 2);
    await node.end(namespace, 'wide');

    // Once it ends two are too many, of which one drains at a time; that one is taken back when the pause returns.
    await annotate('wide', 'tickstorm.io/paused-');
    await awaitReason('wide', 'Ready', 'ScalingDown');
    await until('a pod to drain', async () => (await draining('wide')) === 1);
    await annotate('wide', 'tickstorm.io/paused=scale-in');
    await until('the pod to serve again', async () => (await draining('wide')) === 0);
    await awaitImages('wide', 2, 2, 2);
  });
});

describe('deletionDeadlineSeconds', () => {
  const DEADLINE_SECONDS = 20;
  const doomed = 'controls-doomed';
  /** What is left beside the TickStorm, as `KIND.GROUP/NAME`. */
  const left = async (): Promise<readonly string[]> => {
    const which = ['deployments,services,pods', '--selector=app.kubernetes.io/instance=stuck', '--output=name'];
    return (await bed.kubectl.run(['get', ...which, inNamespace])).split('\n').filter((line) => line !== '');
  };
  const isOf =
    (kind: string) =>
    (name: string): boolean =>
      name.startsWith(kind);

  it('ends a deletion whose pods do not go, and does not hold its namespace for longer', async () => {
    await bed.namespace(doomed);
    const deletion = { deletionPolicy: 'Drain', deletionDeadlineSeconds: DEADLINE_SECONDS };
    const spec = { replicas: 1, server: { drainSeconds: 0 }, ...deletion };
    for (const where of [namespace, doomed]) {
      await apply('stuck', spec, where);
      await node.run(where, 'stuck', 1);
      await awaitReason('stuck', 'Ready', 'AllReplicasReady', where);
    }
    for (const where of [namespace, doomed])
      await bed.kubectl.run(['delete', 'tickstorm', 'stuck', `--namespace=${where}`, '--wait=false']);
    await bed.kubectl.run(['delete', 'namespace', doomed, '--wait=false']);
    const { metadata } = await tickStorm('stuck');
    expect(metadata.finalizers).toEqual(['tickstorm.io/drain']);

    // Until then clients find the pods by the Services.
    const waiting = await until('the Deployment to go', async () => {
      const names = await left();
      return !names.some(isOf('deployment')) && names;
    });
    expect(waiting.filter(isOf('service'))).toHaveLength(2);
    await wait('delete', 'tickstorm/stuck');
    const tookMs = Date.now() - Date.parse(metadata.deletionTimestamp!);
    expect(tookMs).toBeGreaterThanOrEqual(DEADLINE_SECONDS * 1_000);
    // What it would have been without a deadline of its own: the grace period and 30 s.
    expect(tookMs).toBeLessThan((15 + 30) * 1_000);
    const remaining = await until('the Services to go', async () => {
      const names = await left();
      return !names.some(isOf('service')) && names;
    });
    expect(remaining).toEqual([expect.stringMatching(/^pod\/stuck-/)]);

    await wait('delete', 'tickstorm/stuck', doomed);
    expect(await podsOf(bed.kubectl, doomed, 'stuck')).toHaveLength(1);
    await node.end(doomed, 'stuck');
    await bed.kubectl.run(['wait', '--for=delete', `namespace/${doomed}`, '--timeout=60s']);
  });
});
