import { describe, expect, it } from '@jest/globals';
import type { KubeObject } from './kube-object.ts';
import { ObjectCache } from './object-cache.ts';

const object = (name: string, version: number, uid = `uid-${name}`, team = 'x'): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Widget',
  metadata: { name, namespace: 'n', uid, resourceVersion: String(version), labels: { team } },
});

describe.each([false, true])('ObjectCache, as text: %s', (asText) => {
  const cacheByTeam = (): ObjectCache =>
    new ObjectCache(
      { team: ({ metadata }) => (metadata.labels?.['team'] === undefined ? [] : [metadata.labels['team']]) },
      { asText },
    );

  it('keeps the newest state of an object, whichever way it comes', () => {
    const cache = cacheByTeam();
    expect(cache.upsert(object('a', 9))).toBe(true);
    expect(cache.upsert(object('a', 10))).toBe(true);
    expect(cache.upsert(object('a', 9))).toBe(false);
    expect(cache.upsert(object('a', 10))).toBe(false);
    expect(cache.get('n', 'a')?.metadata.resourceVersion).toBe('10');
  });

  it('takes another object of the same name over, and does not let the deletion of the former remove it', () => {
    const cache = cacheByTeam();
    cache.upsert(object('a', 10, 'old'));
    cache.upsert(object('a', 12, 'new'));
    expect(cache.remove(object('a', 11, 'old'))).toBe(false);
    expect(cache.get('n', 'a')?.metadata.uid).toBe('new');
    expect(cache.remove(object('a', 13, 'new'))).toBe(true);
    expect(cache.size).toBe(0);
  });

  it('takes in what was packed before, and tells what was there', () => {
    const cache = cacheByTeam();
    const first = cache.pack(object('a', 1));
    expect(cache.size).toBe(0);
    expect(cache.take(first)).toEqual({ previous: undefined });
    expect(cache.take(first)).toBeUndefined();
    expect(cache.take(cache.pack(object('a', 2, 'uid-a', 'y')))?.previous?.()).toEqual(object('a', 1));
    expect(cache.byIndex('team', 'y')).toEqual([object('a', 2, 'uid-a', 'y')]);
    expect([cache.byIndex('team', 'x'), cache.versionOf('n/a'), cache.versionOf('n/b')]).toEqual([[], '2', undefined]);
  });

  it('does not go back to an earlier object of the same name', () => {
    const cache = cacheByTeam();
    cache.upsert(object('a', 12, 'new'));
    expect(cache.upsert(object('a', 11, 'old'))).toBe(false);
    expect(cache.get('n', 'a')?.metadata.uid).toBe('new');
    expect(cache.upsert(object('a', 11, 'old'), true)).toBe(true);
  });

  it('takes over by force what is of another version or identity, and nothing that is the same', () => {
    const cache = cacheByTeam();
    cache.upsert(object('a', 12, 'lost'));
    expect(cache.upsert(object('a', 12, 'restored'), true)).toBe(true);
    expect(cache.get('n', 'a')?.metadata.uid).toBe('restored');
    expect(cache.upsert(object('a', 12, 'restored'), true)).toBe(false);
  });

  it('keeps its indexes in step', () => {
    const cache = cacheByTeam();
    cache.upsert(object('a', 1));
    cache.upsert(object('b', 2));
    cache.upsert(object('b', 3, 'uid-b', 'y'));
    const names = (team: string) => cache.byIndex('team', team).map(({ metadata }) => metadata.name);
    expect([names('x'), names('y'), names('z')]).toEqual([['a'], ['b'], []]);
    cache.remove(object('a', 4));
    expect(names('x')).toEqual([]);
  });
});
