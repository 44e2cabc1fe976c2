import { describe, expect, it } from '@jest/globals';
import { byNamespace } from '../runtime/indexes.ts';
import type { KubeObject } from '../runtime/kube-object.ts';
import { ObjectCache } from '../runtime/object-cache.ts';
import type { ObjectChange } from '../runtime/reflector.ts';
import type { WorkQueue } from '../runtime/work-queue.ts';
import { TICK_STORM } from './kinds.ts';
import { Routes } from './routes.ts';

const MANAGED = { 'app.kubernetes.io/managed-by': 'tick-storm-operator' };

const tickStorm = (key: string, metadata: object = {}, spec: object = {}): KubeObject => {
  const [namespace = '', name = ''] = key.split('/');
  const { apiVersion, kind } = TICK_STORM;
  return { apiVersion, kind, metadata: { name, namespace, uid: key, generation: 1, ...metadata }, spec };
};

/** An object in namespace `n`, of the TickStorm of this name if one is given. */
function object(owner?: string, metadata: object = {}): KubeObject {
  const { apiVersion, kind } = TICK_STORM;
  const labels = owner === undefined ? {} : { ...MANAGED, 'app.kubernetes.io/instance': owner };
  const ownerReferences = owner === undefined ? [] : [{ apiVersion, kind, name: owner, uid: owner, controller: true }];
  return {
    apiVersion: 'v1',
    kind: 'Any',
    metadata: { name: 'x', namespace: 'n', labels, ownerReferences, ...metadata },
  };
}

/** TickStorms a and b in namespace n, and c, which needs a zone for each pod, in m. @returns where a change leads */
function setup(isSynced = true) {
  const cache = new ObjectCache({ namespace: byNamespace });
  const zones = { scheduling: { zoneAntiAffinity: 'Required' } };
  for (const one of [tickStorm('n/a'), tickStorm('n/b'), tickStorm('m/c', {}, zones)]) cache.upsert(one);
  const led: string[] = [];
  const routes = new Routes({
    instances: {
      add: (...[key, urgency]: Parameters<WorkQueue['add']>) => void led.push(`${key} ${urgency ?? 'news'}`),
      addAfter: (key, delayMs) => void led.push(`${key} in ${delayMs} ms`),
    },
    namespaces: { add: (namespace) => void led.push(`namespace ${namespace}`) },
    tickStorms: () => cache,
    isSynced: () => isSynced,
  });
  const after = (route: (routes: Routes) => void): string[] => {
    route(routes);
    return led.splice(0);
  };
  return { after };
}

const updated = (next: KubeObject, previous: KubeObject): ObjectChange => ({ type: 'updated', object: next, previous });

describe('a change of a TickStorm', () => {
  it('leads to itself alone when only its status has changed', () => {
    const change = updated(tickStorm('n/a'), tickStorm('n/a'));
    expect(setup().after((routes) => routes.tickStorm(change))).toEqual(['n/a news']);
  });

  it('leads to what is shared at once and to its neighbours a little later when it is declared anew', () => {
    const change = updated(tickStorm('n/a', { generation: 2 }), tickStorm('n/a'));
    const led = ['n/a news', 'namespace n', 'n/b in 1000 ms'];
    expect(setup().after((routes) => routes.tickStorm(change))).toEqual(led);
  });

  it('waits behind news in a resync and in the first lists, in which all come anyway', () => {
    const object = tickStorm('n/a');
    const led = ['n/a routine', 'namespace n'];
    expect(setup().after((routes) => routes.tickStorm({ type: 'resync', object }))).toEqual(led);
    expect(setup(false).after((routes) => routes.tickStorm({ type: 'added', object }))).toEqual(led);
  });
});

describe('a change of another object', () => {
  it('leads to its owner, and to the one that it had before', () => {
    const change = updated(object('a'), object('b'));
    expect(setup().after((routes) => routes.owned(change))).toEqual(['n/a news', 'n/b news']);
    expect(setup().after((routes) => routes.owned({ type: 'deleted', object: object() }))).toEqual([]);
  });

  it('leads to all of the namespace a little later when a pod comes or goes, and not when it changes', () => {
    const others = ['n/a in 1000 ms', 'n/b in 1000 ms'];
    for (const type of ['added', 'deleted'] as const) {
      const led = setup().after((routes) => routes.pod({ type, object: object('a') }));
      expect(led).toEqual(['n/a news', ...others]);
    }
    expect(setup().after((routes) => routes.pod(updated(object('a'), object('a'))))).toEqual(['n/a news', 'n/a news']);
  });

  it('leads to all of the namespace when it is the budget of somebody else', () => {
    const led = ['n/a in 1000 ms', 'n/b in 1000 ms'];
    expect(setup().after((routes) => routes.budget({ type: 'added', object: object() }))).toEqual(led);
    expect(setup().after((routes) => routes.budget({ type: 'added', object: object('a') }))).toEqual(['n/a news']);
  });

  it('leads to those that need a zone for each pod when a node comes or goes', () => {
    const node = object(undefined, { namespace: undefined });
    for (const type of ['added', 'deleted'] as const) {
      expect(setup().after((routes) => routes.node({ type, object: node }))).toEqual(['m/c in 1000 ms']);
    }
    expect(setup().after((routes) => routes.node(updated(node, node)))).toEqual([]);
  });

  it('leads to what is shared and to all of the namespace when it is a quota', () => {
    const led = ['namespace n', 'n/a news', 'n/b news'];
    expect(setup().after((routes) => routes.shared({ type: 'added', object: object() }))).toEqual(led);
    const routine = ['namespace n', 'n/a routine', 'n/b routine'];
    expect(setup().after((routes) => routes.shared({ type: 'resync', object: object() }))).toEqual(routine);
  });

  it('leads nowhere when it is a quota in a namespace without TickStorms, unless the operator made it', () => {
    const foreign = object(undefined, { namespace: 'empty' });
    expect(setup().after((routes) => routes.shared({ type: 'added', object: foreign }))).toEqual([]);
    const left = object(undefined, { namespace: 'empty', labels: MANAGED });
    expect(setup().after((routes) => routes.shared({ type: 'added', object: left }))).toEqual(['namespace empty']);
  });
});

it('leads to all when a kind has been installed', () => {
  expect(setup().after((routes) => routes.all())).toEqual(['n/a news', 'n/b news', 'm/c news']);
});
