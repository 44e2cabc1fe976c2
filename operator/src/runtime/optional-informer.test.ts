import { describe, expect, it } from '@jest/globals';
import type { ApiClient } from './api-client.ts';
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
    await available.promise;
    expect(informer.isAvailable).toBe(true);
    expect(calls.slice(0, 4)).toEqual(['serves false', 'serves Error: unreachable', 'serves true', 'list']);
    ending.abort();
    await running;
  });
});
