import { describe, expect, it } from '@jest/globals';
import type { KubeObject } from '../runtime/kube-object.ts';
import { concernsOf } from './concerns.ts';

const tickStorm = (metadata: object = {}): KubeObject => ({
  apiVersion: 'tickstorm.io/v1alpha1',
  kind: 'TickStorm',
  metadata: { name: 'a', namespace: 'n', generation: 1, ...metadata },
});
const paused = (words: string): KubeObject => tickStorm({ annotations: { 'tickstorm.io/paused': words } });
const both = { shared: true, neighbours: true };
const none = { shared: false, neighbours: false };

describe('a change of a TickStorm', () => {
  it('concerns no one else when it is one of the status alone', () => {
    expect(concernsOf({ type: 'updated', object: tickStorm(), previous: tickStorm() })).toEqual(none);
  });

  it('concerns the others and what they share when something else is declared, and when it comes or goes', () => {
    const object = tickStorm({ generation: 2 });
    expect(concernsOf({ type: 'updated', object, previous: tickStorm() })).toEqual(both);
    for (const type of ['added', 'deleted'] as const) expect(concernsOf({ type, object })).toEqual(both);
  });

  it('concerns what is shared when it holds that back or lets it go, though that moves no generation', () => {
    const onlyShared = { shared: true, neighbours: false };
    expect(concernsOf({ type: 'updated', object: paused('all'), previous: tickStorm() })).toEqual(onlyShared);
    expect(concernsOf({ type: 'updated', object: tickStorm(), previous: paused('all') })).toEqual(onlyShared);
    expect(concernsOf({ type: 'updated', object: paused('rollout'), previous: tickStorm() })).toEqual(none);
  });

  it('concerns what is shared on its way out, and in a resync', () => {
    const leaving = tickStorm({ deletionTimestamp: '2026-01-01T00:00:00Z' });
    expect(concernsOf({ type: 'updated', object: leaving, previous: leaving })).toMatchObject({ shared: true });
    expect(concernsOf({ type: 'resync', object: tickStorm() })).toEqual({ shared: true, neighbours: false });
  });
});
