import { afterEach, describe, expect, it } from '@jest/globals';
import type { ApiClient } from './api-client.ts';
import { ApiError } from './api-error.ts';
import { Informer } from './informer.ts';
import type { KubeList, KubeObject } from './kube-object.ts';
import { KeepingLogger } from './testing/keeping-logger.ts';
import { trusted } from './trusted.ts';

const type = { apiVersion: 'example.io/v1', kind: 'Thing', plural: 'things' };

const thing = (namespace: string): KubeObject => ({
  apiVersion: type.apiVersion,
  kind: type.kind,
  metadata: { name: 'thing', namespace, uid: `uid-${namespace}`, resourceVersion: '1' },
});

const clean: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const step of clean.splice(0)) await step();
});

/** An informer of namespaces `a` and `b`; those in `refused` may not be listed. */
function start(refused: Set<string>, statusOfRefusal = (): number => 403) {
  const lists: Record<string, number> = { a: 0, b: 0 };
  const client = trusted<ApiClient>({
    list: async (_type: unknown, namespace = ''): Promise<KubeList> => {
      lists[namespace] = (lists[namespace] ?? 0) + 1;
      for (const { isMet, resolve } of waiting) if (isMet()) resolve();
      if (refused.has(namespace)) throw new ApiError('list things', statusOfRefusal(), '{}');
      return { metadata: { resourceVersion: '1' }, items: [thing(namespace)] };
    },
    // Nothing happens until the end.
    watch: async (_type: unknown, namespace: string, { signal }: { signal: AbortSignal }) =>
      await new Promise((_resolve, reject) => {
        const refuse = (): void => reject(new ApiError('watch things', 403, '{}'));
        if (refused.has(namespace)) return refuse();
        watches.set(namespace, refuse);
        for (const { isMet, resolve } of waiting) if (isMet()) resolve();
        signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
      }),
  });
  const watches = new Map<string, () => void>();
  const waiting: { readonly isMet: () => boolean; readonly resolve: () => void }[] = [];
  const logger = new KeepingLogger();
  const informer = new Informer({
    client,
    type,
    namespaces: ['a', 'b'],
    logger,
    onChange: () => {
      for (const { isMet, resolve } of waiting) if (isMet()) resolve();
    },
    timing: { firstBackoffMs: 1, longestBackoffMs: 5 },
  });
  const ending = new AbortController();
  const running = informer.run(ending.signal);
  clean.push(async () => {
    ending.abort();
    await running;
  });
  const until = async (isMet: () => boolean): Promise<void> => {
    if (!isMet()) await new Promise<void>((resolve) => waiting.push({ isMet, resolve }));
  };
  /** Ends the watch of a namespace, of which nothing may be seen any more. */
  const refuse = (namespace: string): void => {
    refused.add(namespace);
    watches.get(namespace)?.();
    watches.delete(namespace);
  };
  const isWatched = (namespace: string): boolean => watches.has(namespace);
  return { informer, logger, lists, until, refuse, isWatched };
}

describe('Informer', () => {
  it('goes without a namespace that it may not list, says so, and takes it in once it may', async () => {
    const refused = new Set(['b']);
    const { informer, logger, lists, until } = start(refused);
    await informer.synced;
    expect(informer.isSynced).toBe(true);
    expect([...informer.cache.keys()]).toEqual(['a/thing']);
    expect(informer.refusedNamespaces).toEqual(['b']);
    // Not at the first refusal: rights that were just given may take a moment.
    expect(lists['b']).toBeGreaterThan(2);
    expect(logger.lines.filter((line) => line.startsWith('error'))).toEqual([
      'error: may not list this kind in a namespace, going on without that namespace',
    ]);
    refused.clear();
    await until(() => informer.cache.size === 2);
    expect(informer.refusedNamespaces).toEqual([]);
    expect([...informer.cache.keys()]).toEqual(['a/thing', 'b/thing']);
  });

  it('tells of a namespace that it may no longer list, and keeps what it knows of it', async () => {
    const refused = new Set<string>();
    const { informer, lists, until, refuse, isWatched } = start(refused);
    await until(() => isWatched('b'));
    refuse('b');
    await until(() => (lists['b'] ?? 0) > 4);
    expect(informer.refusedNamespaces).toEqual(['b']);
    expect(informer.isSynced).toBe(true);
    expect(informer.cache.size).toBe(2);
    refused.clear();
    await until(() => isWatched('b'));
    expect(informer.refusedNamespaces).toEqual([]);
  });

  it('does not take a failure of another kind for leave to list', async () => {
    let status = 403;
    const { informer, lists, until } = start(new Set(['b']), () => status);
    await informer.synced;
    status = 500;
    const asked = lists['b'] ?? 0;
    await until(() => (lists['b'] ?? 0) > asked + 2);
    expect(informer.refusedNamespaces).toEqual(['b']);
    expect(informer.isSynced).toBe(true);
  });

  it('is not complete while it may list nothing at all', async () => {
    const refused = new Set(['a', 'b']);
    const { informer, lists, until } = start(refused);
    await until(() => Math.min(...Object.values(lists)) > 5);
    expect(informer.refusedNamespaces).toEqual(['a', 'b']);
    expect(informer.isSynced).toBe(false);
    refused.delete('a');
    await informer.synced;
    expect(informer.isSynced).toBe(true);
    expect(informer.refusedNamespaces).toEqual(['b']);
  });
});
