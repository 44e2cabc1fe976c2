import { describe, expect, it } from '@jest/globals';
import type { ApiClient } from './api-client.ts';
import { ApiError } from './api-error.ts';
import { OptionalInformer } from './optional-informer.ts';
import { KeepingLogger } from './testing/keeping-logger.ts';
import { trusted } from './trusted.ts';

const type = { apiVersion: 'example.io/v1', kind: 'Thing', plural: 'things' };

describe('OptionalInformer', () => {
  it('lists nothing before the kind is served, survives failures to ask, and begins when it is', async () => {
    const answers = [false, new Error('unreachable'), true];
    const calls: string[] = [];
    const ending = new AbortController();
    const client = trusted<ApiClient>({
      serves: async () => {
        const answer = answers.shift() ?? true;
        calls.push(`serves ${String(answer)}`);
        if (answer instanceof Error) throw answer;
        return answer;
      },
      list: async () => {
        calls.push('list');
        return { metadata: { resourceVersion: '1' }, items: [] };
      },
      watch: async () => {
        throw new Error('no watch in this test');
      },
    });
    const available = Promise.withResolvers<undefined>();
    const informer = new OptionalInformer({
      client,
      type,
      namespaces: [],
      logger: new KeepingLogger(),
      onChange: () => undefined,
      onAvailable: () => available.resolve(undefined),
      pollMs: 1,
    });
    expect(informer.isAvailable).toBe(false);
    const running = informer.run(ending.signal);
    // Nobody who can do without it waits.
    await informer.settled;
    expect(calls).toEqual(['serves false']);
    expect(informer.isAvailable).toBe(false);
    await available.promise;
    expect(informer.isAvailable).toBe(true);
    expect(calls.slice(0, 4)).toEqual(['serves false', 'serves Error: unreachable', 'serves true', 'list']);
    ending.abort();
    await running;
  });

  it('settles with what there is of a kind that is served', async () => {
    const listed = Promise.withResolvers<undefined>();
    const ending = new AbortController();
    const informer = new OptionalInformer({
      client: trusted<ApiClient>({
        serves: async () => true,
        list: async () => {
          await listed.promise;
          return { metadata: { resourceVersion: '1' }, items: [] };
        },
        watch: async () => {
          throw new Error('no watch in this test');
        },
      }),
      type,
      namespaces: [],
      logger: new KeepingLogger(),
      onChange: () => undefined,
      onAvailable: () => undefined,
      pollMs: 1,
    });
    const running = informer.run(ending.signal);
    const settled = informer.settled.then(() => informer.isAvailable);
    listed.resolve(undefined);
    expect(await settled).toBe(true);
    ending.abort();
    await running;
  });

  it('is not available while the kind is away, and tells when it is back', async () => {
    const ending = new AbortController();
    const told = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
    const gone = Promise.withResolvers<undefined>();
    const available: boolean[] = [];
    let isServed = true;
    let timesTold = 0;
    const missing = new ApiError('list', 404, '{}');
    const informer: OptionalInformer = new OptionalInformer({
      client: trusted<ApiClient>({
        serves: async () => true,
        list: async () => {
          if (!isServed) throw missing;
          return {
            metadata: { resourceVersion: '1' },
            items: [{ metadata: { name: 'a', uid: 'u', resourceVersion: '1' } }],
          };
        },
        watch: async () => {
          isServed = false;
          throw missing;
        },
      }),
      type,
      namespaces: [],
      logger: new KeepingLogger(),
      onChange: ({ type: change }) => {
        if (change !== 'deleted') return;
        // Whoever is told that the object is gone must not try to put it back.
        available.push(informer.isAvailable);
        gone.resolve(undefined);
      },
      onAvailable: () => told[timesTold++]?.resolve(undefined),
      pollMs: 1,
      timing: { firstBackoffMs: 1, longestBackoffMs: 5 },
    });
    const running = informer.run(ending.signal);
    await told[0]!.promise;
    await gone.promise;
    expect(available[0]).toBe(false);
    isServed = true;
    await told[1]!.promise;
    ending.abort();
    await running;
  });
});
