import { describe, expect, it } from '@jest/globals';
import type { KubeObject } from '../runtime/kube-object.ts';
import { ObjectCache } from '../runtime/object-cache.ts';
import { ownerKeys } from './ownership.ts';
import { StatsPoller } from './stats-poller.ts';

const labels = { 'app.kubernetes.io/managed-by': 'tick-storm-operator', 'app.kubernetes.io/instance': 'demo' };

function podAt(podIP: string, phase = 'Running', metadata: object = {}, status: object = {}): KubeObject {
  const own = { name: podIP, namespace: 'n', uid: podIP, labels, ...metadata };
  return { apiVersion: 'v1', kind: 'Pod', metadata: own, status: { podIP, phase, ...status } };
}

function setup(...podList: KubeObject[]) {
  const tickStorms = new ObjectCache();
  tickStorms.upsert({ apiVersion: 'a', kind: 'TickStorm', metadata: { name: 'demo', namespace: 'n', uid: 'u' } });
  const pods = new ObjectCache({ instance: ownerKeys });
  for (const pod of podList) pods.upsert(pod);
  const clock = { nowMs: 0 };
  const connections = new Map<string, number>();
  const asked: string[] = [];
  const news: string[] = [];
  const counted: string[] = [];
  const world = { whileAsked: (): void => undefined };
  const poller = new StatsPoller({
    tickStorms: { cache: tickStorms },
    pods: { cache: pods },
    now: () => clock.nowMs,
    unixNow: () => 1_000_000 + clock.nowMs,
    onNews: (key) => news.push(key),
    onCounted: async (key, counts) => {
      counted.push([key, ...counts.map(({ uid, connections: count }) => `${uid} ${count}`)].join());
    },
    fetchStats: async (address) => {
      asked.push(address);
      world.whileAsked();
      const clients = connections.get(address);
      if (clients === undefined) throw new Error('no answer');
      return {
        workers: [{ connections: clients }],
        flow: { ticksPublished: clock.nowMs },
        streams: { SECOND: { position: 1 } },
      };
    },
  });
  const round = async (atMs: number): Promise<void> => {
    clock.nowMs = atMs;
    await poller.round(new AbortController().signal);
  };
  return { poller, round, connections, asked, news, counted, tickStorms, world };
}

describe('StatsPoller', () => {
  it('asks the pods that run, and counts those that answer', async () => {
    const { poller, round, connections, asked, news } = setup(
      podAt('10.0.0.1'),
      podAt('10.0.0.2'),
      podAt('', 'Pending'),
    );
    connections.set('10.0.0.1', 5);
    await round(0);
    expect(asked.toSorted()).toEqual(['10.0.0.1', '10.0.0.2']);
    expect(news).toEqual(['n/demo']);
    expect(poller.statsOf('n/demo')?.connections).toBe(5);
  });

  it('tells what has changed by much, and not sooner than after half a minute', async () => {
    const { poller, round, connections, news } = setup(podAt('10.0.0.1'));
    connections.set('10.0.0.1', 50);
    await round(0);
    connections.set('10.0.0.1', 80);
    await round(15_000);
    expect([poller.statsOf('n/demo')?.connections, news.length]).toEqual([50, 1]);
    await round(30_000);
    expect([poller.statsOf('n/demo')?.connections, news.length]).toEqual([80, 2]);
    connections.set('10.0.0.1', 81);
    await round(90_000);
    expect(news).toHaveLength(2);
  });

  it('counts the last answer of a silent pod for a minute', async () => {
    const { poller, round, connections } = setup(podAt('10.0.0.1'));
    connections.set('10.0.0.1', 7);
    await round(0);
    connections.clear();
    await round(60_000);
    expect(poller.statsOf('n/demo')?.connections).toBe(7);
    await round(75_000);
    expect(poller.statsOf('n/demo')).toBeUndefined();
  });

  it('tells after each round the clients of the pods that answered in it', async () => {
    const { round, connections, counted } = setup(podAt('10.0.0.1'), podAt('10.0.0.2'));
    connections.set('10.0.0.1', 5).set('10.0.0.2', 6);
    await round(0);
    connections.delete('10.0.0.1');
    await round(15_000);
    expect(counted).toEqual(['n/demo,10.0.0.1 5,10.0.0.2 6', 'n/demo,10.0.0.2 6']);
  });

  it('tells nothing of a TickStorm that was deleted while its pods were asked', async () => {
    const { round, counted, tickStorms, world } = setup(podAt('10.0.0.1'));
    world.whileAsked = () => {
      for (const object of tickStorms.values()) tickStorms.remove(object);
    };
    await round(0);
    expect(counted).toEqual([]);
  });

  it('adds up the clients for scaling exactly, and says whether a pod is missing', async () => {
    const { poller, round, connections } = setup(podAt('10.0.0.1'), podAt('10.0.0.2'));
    expect(poller.loadOf('n/demo')).toBeUndefined();
    connections.set('10.0.0.1', 1_234);
    await round(0);
    expect(poller.loadOf('n/demo')).toEqual({ connections: 1_234, isComplete: false });
    connections.set('10.0.0.2', 1);
    await round(15_000);
    expect(poller.loadOf('n/demo')).toEqual({ connections: 1_235, isComplete: true });
  });

  it('misses no pod that has been killed, as on a node that is lost, nor one whose server is not started', async () => {
    const killedAt = { deletionTimestamp: new Date(1_015_000).toISOString() };
    const waiting = { containerStatuses: [{ name: 'tick-storm', state: { waiting: { reason: 'CrashLoopBackOff' } } }] };
    const { poller, round, connections, asked } = setup(
      podAt('10.0.0.1'),
      podAt('10.0.0.2', 'Running', killedAt),
      podAt('10.0.0.3', 'Running', {}, waiting),
    );
    connections.set('10.0.0.1', 5);
    await round(0);
    expect(asked.toSorted()).toEqual(['10.0.0.1', '10.0.0.2']);
    // It has until then to leave, with its clients.
    expect(poller.loadOf('n/demo')).toEqual({ connections: 5, isComplete: false });
    await round(15_000);
    expect(asked).toHaveLength(3);
    expect(poller.loadOf('n/demo')).toEqual({ connections: 5, isComplete: true });
  });

  it('asks the pods of one TickStorm on demand, and tells only what they answer now', async () => {
    const { poller, round, connections } = setup(podAt('10.0.0.1'), podAt('10.0.0.2'));
    connections.set('10.0.0.1', 7).set('10.0.0.2', 8);
    await round(0);
    connections.set('10.0.0.1', 9).delete('10.0.0.2');
    await round(15_000);
    expect(await poller.connections('n/demo')).toEqual(new Map([['10.0.0.1', 9]]));
    expect(await poller.connections('n/other')).toEqual(new Map());
  });

  it('forgets a TickStorm that is gone', async () => {
    const { poller, round, connections, tickStorms } = setup(podAt('10.0.0.1'));
    connections.set('10.0.0.1', 7);
    await round(0);
    for (const object of tickStorms.values()) tickStorms.remove(object);
    await round(15_000);
    expect(poller.statsOf('n/demo')).toBeUndefined();
  });
});
