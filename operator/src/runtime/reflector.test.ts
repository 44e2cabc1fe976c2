import { afterEach, describe, expect, it } from '@jest/globals';
import type { ServerResponse } from 'node:http';
import type { ApiClient } from './api-client.ts';
import type { KubeObject } from './kube-object.ts';
import { ObjectCache } from './object-cache.ts';
import { Reflector } from './reflector.ts';
import { KeepingLogger } from './testing/keeping-logger.ts';
import { hang, ReflectorBed } from './testing/reflector-bed.ts';
import { answer, ScriptedApiServer } from './testing/scripted-api-server.ts';
import { line, list, widget, WIDGETS } from './testing/widgets.ts';
import { trusted } from './trusted.ts';

const bed = new ReflectorBed();
afterEach(() => bed.clear());

describe('Reflector', () => {
  it('has not been silent before it runs', () => {
    const options = {
      client: trusted<ApiClient>({}),
      type: WIDGETS,
      cache: new ObjectCache(),
      onChange: () => undefined,
    };
    const reflector = new Reflector({ ...options, logger: new KeepingLogger() });
    expect(reflector.silenceMs).toBeLessThan(performance.now() / 2);
  });

  it.each([
    [
      'throws',
      (): void => {
        throw new Error('handler');
      },
    ],
    [
      'rejects',
      async (): Promise<void> => {
        throw new Error('handler');
      },
    ],
  ])('survives a handler that %s', async (_, onChange) => {
    const cache = new ObjectCache();
    const logger = new KeepingLogger();
    const server = new ScriptedApiServer((request, response) => {
      if (request.query.get('watch') === 'true') hang(response);
      else answer(response, 200, list(10, widget('a', 1), widget('b', 2)));
    });
    const client = await server.start();
    const stop = new AbortController();
    const reflector = new Reflector({ client, type: WIDGETS, cache, onChange, logger });
    const running = reflector.run(stop.signal);
    await reflector.synced;
    expect(cache.size).toBe(2);
    expect(logger.lines.filter((text) => text.startsWith('error:'))).toHaveLength(2);
    stop.abort();
    await running;
    await server.stop();
  });

  it('tells every object again from time to time', async () => {
    const { seen } = await bed.start(
      { lists: [(response) => answer(response, 200, list(10, widget('a', 1)))], watches: [hang] },
      { resyncMs: 20 },
    );
    await seen('resync a@1');
  });

  it('tells at that of each object what it is by then', async () => {
    const { cache, reflector, seen } = await bed.start(
      { lists: [(response) => answer(response, 200, list(10, widget('a', 1), widget('b', 2)))], watches: [hang] },
      { resyncMs: 50 },
    );
    const told = cache.getByKey.bind(cache);
    // As if a handler of the first one wrote the second.
    cache.getByKey = (key) => {
      if (key === 'n/a') reflector.observe(trusted<KubeObject>(widget('b', 12)));
      return told(key);
    };
    await seen('resync b@12');
  });

  it.each([0, Number.POSITIVE_INFINITY])('tells nothing again with a resync every %d ms', async (resyncMs) => {
    const { changes, seen } = await bed.start(
      {
        lists: [(response) => answer(response, 200, list(10, widget('a', 1)))],
        watches: [
          (response): void => {
            hang(response);
            // By then a timer of 1 ms, which Node makes of both, has fired.
            setTimeout(() => response.write(line('ADDED', widget('b', 11))), 50);
          },
        ],
      },
      { resyncMs },
    );
    await seen('added b@11');
    expect(changes).toEqual(['added a@1', 'added b@11']);
  });

  it('opens nothing more once it is stopped, also in the middle of a back-off', async () => {
    const failing = (response: ServerResponse): void => answer(response, 403, { reason: 'Forbidden' });
    const server = new ScriptedApiServer((_, response) => failing(response));
    const client = await server.start();
    const stop = new AbortController();
    const failed = Promise.withResolvers<void>();
    const ignore = (): void => undefined;
    const logger = { debug: ignore, info: ignore, error: ignore, warn: () => failed.resolve() };
    const timing = { firstBackoffMs: 60_000, longestBackoffMs: 60_000 };
    const options = { client, type: WIDGETS, cache: new ObjectCache(), onChange: () => undefined, logger, timing };
    const running = new Reflector(options).run(stop.signal);
    await failed.promise;
    stop.abort();
    await running;
    expect(server.seen).toHaveLength(1);
    await server.stop();
  });
});
