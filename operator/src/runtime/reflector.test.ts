import { afterEach, describe, expect, it } from '@jest/globals';
import type { ServerResponse } from 'node:http';
import type { ApiClient } from './api-client.ts';
import { byNamespace, byOwner } from './indexes.ts';
import { withoutManagedFields } from './managed-fields.ts';
import { ObjectCache } from './object-cache.ts';
import { Reflector, type ObjectChange, type ReflectorOptions, type ReflectorTiming } from './reflector.ts';
import type { ResourceType } from './resource-type.ts';
import { KeepingLogger } from './testing/keeping-logger.ts';
import { answer, ScriptedApiServer, type SeenRequest } from './testing/scripted-api-server.ts';
import type { KubeObject } from './kube-object.ts';
import { trusted } from './trusted.ts';

const WIDGETS: ResourceType = { apiVersion: 'example.io/v1', kind: 'Widget', plural: 'widgets' };

const widget = (name: string, version: number, extra: object = {}): object => ({
  apiVersion: 'example.io/v1',
  kind: 'Widget',
  metadata: { name, namespace: 'n', uid: `uid-${name}`, resourceVersion: String(version), ...extra },
});

const list = (version: number, ...items: object[]): object => ({
  kind: 'WidgetList',
  metadata: { resourceVersion: String(version) },
  items,
});
const line = (type: string, object: object): string => `${JSON.stringify({ type, object })}\n`;
const expired = { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version' };

/** Answers the n-th list with the n-th list answer, and the n-th watch with the n-th watch answer. */
interface Script {
  readonly lists: ((response: ServerResponse, request: SeenRequest) => void)[];
  readonly watches: ((response: ServerResponse, request: SeenRequest) => void)[];
}

const clean: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const step of clean.splice(0).toReversed()) await step();
});

/** Runs it until the test has ended, and then its server too. */
function runUntilEnd(reflector: Reflector, server: ScriptedApiServer): void {
  const stop = new AbortController();
  const running = reflector.run(stop.signal);
  clean.push(
    () => server.stop(),
    async () => {
      stop.abort();
      await running;
    },
  );
}

async function start(
  script: Script,
  timing: Partial<ReflectorTiming> = {},
  extra: Partial<Pick<ReflectorOptions, 'transform' | 'showsMore'>> = {},
) {
  const counts = { list: 0, watch: 0 };
  const server = new ScriptedApiServer((request, response) => {
    const isWatch = request.query.get('watch') === 'true';
    const steps = isWatch ? script.watches : script.lists;
    const index = isWatch ? counts.watch++ : counts.list++;
    const step = steps[Math.min(index, steps.length - 1)]!;
    step(response, request);
  });
  const client = await server.start();
  const cache = new ObjectCache();
  const changes: string[] = [];
  const waiters: { readonly wanted: string; readonly resolve: () => void }[] = [];
  const onChange = ({ type, object }: ObjectChange): void => {
    const text = `${type} ${object.metadata.name}@${object.metadata.resourceVersion}`;
    changes.push(text);
    for (const { wanted, resolve } of waiters) if (wanted === text) resolve();
  };
  const logger = new KeepingLogger();
  const fast = { firstBackoffMs: 1, longestBackoffMs: 5, ...timing };
  const reflector = new Reflector({ client, type: WIDGETS, cache, onChange, logger, timing: fast, ...extra });
  runUntilEnd(reflector, server);
  const seen = async (wanted: string): Promise<void> => {
    if (changes.includes(wanted)) return;
    await new Promise<void>((resolve) => waiters.push({ wanted, resolve }));
  };
  return { reflector, cache, changes, logger, server, seen };
}

const hang = (response: ServerResponse): void => {
  response.writeHead(200).flushHeaders();
};

describe('Reflector', () => {
  it('lists in pages, then watches from the version of the list', async () => {
    const { reflector, cache, server, seen } = await start({
      lists: [
        (response) =>
          answer(response, 200, { ...list(10, widget('a', 1)), metadata: { resourceVersion: '10', continue: 'p2' } }),
        (response) => answer(response, 200, list(10, widget('b', 2))),
      ],
      watches: [
        (response) => {
          hang(response);
          response.write(line('ADDED', widget('c', 11)));
        },
      ],
    });
    await reflector.synced;
    await seen('added c@11');
    expect([...cache.keys()]).toEqual(['n/a', 'n/b', 'n/c']);
    expect(cache.get('n', 'a')?.kind).toBe('Widget');
    const queries = server.seen.map(({ query }) => [query.get('continue'), query.get('resourceVersion')]);
    expect(queries.slice(0, 3)).toEqual([
      [null, null],
      ['p2', null],
      [null, '10'],
    ]);
    expect(server.seen[2]!.query.get('allowWatchBookmarks')).toBe('true');
  });

  it('resumes from the last bookmark, without a new list', async () => {
    const { server, seen } = await start({
      lists: [(response) => answer(response, 200, list(10))],
      watches: [
        (response) => response.end(line('BOOKMARK', widget('', 42))),
        (response) => {
          hang(response);
          response.write(line('ADDED', widget('a', 43)));
        },
      ],
    });
    await seen('added a@43');
    expect(server.seen.map(({ query }) => query.get('resourceVersion'))).toEqual([null, '10', '42']);
  });

  it.each([
    ['as an event', (response: ServerResponse): void => void response.end(line('ERROR', expired))],
    ['as the answer', (response: ServerResponse): void => answer(response, 410, expired)],
  ])('lists anew after a 410 %s, and finds what was deleted meanwhile', async (_, fail) => {
    const { changes, seen } = await start({
      lists: [
        (response) => answer(response, 200, list(10, widget('a', 1), widget('b', 2))),
        (response) => answer(response, 200, list(20, widget('b', 2), widget('c', 15))),
      ],
      watches: [fail, hang],
    });
    await seen('added c@15');
    expect(changes).toEqual(['added a@1', 'added b@2', 'deleted a@1', 'added c@15']);
  });

  it('drops half a line, and gets the event when it resumes', async () => {
    const { seen, changes, server } = await start({
      lists: [(response) => answer(response, 200, list(10))],
      watches: [
        (response) => {
          response.writeHead(200);
          response.write(line('ADDED', widget('a', 11)) + line('ADDED', widget('b', 12)).slice(0, 40));
          setImmediate(() => response.destroy());
        },
        (response) => {
          hang(response);
          response.write(line('ADDED', widget('b', 12)));
        },
      ],
    });
    await seen('added b@12');
    expect(changes).toEqual(['added a@11', 'added b@12']);
    expect(server.seen.at(-1)!.query.get('resourceVersion')).toBe('11');
  });

  it('puts lines together however they are cut', async () => {
    const bytes = Buffer.from(line('ADDED', widget('ü', 11)) + line('MODIFIED', widget('ü', 12)));
    const { seen } = await start({
      lists: [(response) => answer(response, 200, list(10))],
      watches: [
        (response) => {
          hang(response);
          for (const byte of bytes) response.write(Buffer.from([byte]));
        },
      ],
    });
    await seen('added ü@11');
    await seen('updated ü@12');
  });

  it('takes a silent watch for dead, and watches again', async () => {
    const { seen, reflector } = await start(
      {
        lists: [(response) => answer(response, 200, list(10))],
        watches: [
          hang,
          (response) => {
            hang(response);
            response.write(line('ADDED', widget('a', 11)));
          },
        ],
      },
      { deadManMs: 50 },
    );
    await reflector.synced;
    await seen('added a@11');
  });

  it('takes a watch for dead in which something between keeps the connection alive, and nothing else', async () => {
    const beats: NodeJS.Timeout[] = [];
    clean.push(async () => beats.forEach((beat) => clearInterval(beat)));
    const { seen } = await start(
      {
        lists: [(response) => answer(response, 200, list(10))],
        watches: [
          (response) => {
            hang(response);
            beats.push(setInterval(() => response.write('\n'), 5));
          },
          (response) => {
            hang(response);
            response.write(line('ADDED', widget('a', 11)));
          },
        ],
      },
      // Longer than the machine may stop both.
      { deadManMs: 500 },
    );
    await seen('added a@11');
  });

  it('tries an event again that could not be taken in', async () => {
    let failures = 0;
    const transform = (object: KubeObject): KubeObject => {
      if (object.metadata.name === 'b' && ++failures === 1) throw new Error('transform');
      return object;
    };
    const told = (response: ServerResponse, request: SeenRequest): void => {
      hang(response);
      const after = Number(request.query.get('resourceVersion'));
      for (const [name, version] of [
        ['a', 11],
        ['b', 12],
        ['c', 13],
      ] as const) {
        if (version > after) response.write(line('ADDED', widget(name, version)));
      }
    };
    const { seen, changes } = await start(
      { lists: [(response) => answer(response, 200, list(10))], watches: [told] },
      {},
      { transform },
    );
    await seen('added c@13');
    expect(changes).toEqual(['added a@11', 'added b@12', 'added c@13']);
  });

  it('waits before the next watch as long as the server asks', async () => {
    const { seen, logger, server } = await start({
      lists: [(response) => answer(response, 200, list(10))],
      watches: [
        (response): void => answer(response, 429, { message: 'busy' }, { 'retry-after': '1' }),
        (response) => {
          hang(response);
          response.write(line('ADDED', widget('a', 11)));
        },
      ],
    });
    const startedMs = performance.now();
    await seen('added a@11');
    expect(performance.now() - startedMs).toBeGreaterThan(900);
    expect([server.seen.length, logger.lines.length]).toEqual([3, 1]);
  });

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

  it('keeps trying while lists fail', async () => {
    const failing = (response: ServerResponse): void => answer(response, 403, { reason: 'Forbidden', message: 'no' });
    const { seen, logger } = await start({
      lists: [failing, failing, (response) => answer(response, 200, list(10, widget('a', 1)))],
      watches: [hang],
    });
    await seen('added a@1');
    expect(logger.lines.filter((text) => text.startsWith('warn: list or watch failed'))).toHaveLength(2);
  });

  it('does not wait longer and longer where every watch breaks off after some events', async () => {
    const breaking = (version: number) => (response: ServerResponse) => {
      response.writeHead(200);
      response.write(line('ADDED', widget(`w${version}`, version)));
      setImmediate(() => response.destroy());
    };
    const versions = [11, 12, 13, 14, 15, 16, 17];
    const { seen, server } = await start({
      lists: [(response) => answer(response, 200, list(10))],
      watches: [...versions.map((version) => breaking(version)), hang],
    });
    await seen('added w17@17');
    // Every fifth failure in a row makes it list anew: there was none.
    expect(server.seen.filter(({ query }) => query.get('watch') !== 'true')).toHaveLength(1);
  });

  it('tells of an object that was made anew between two lists as of two', async () => {
    const { changes, seen } = await start({
      lists: [
        (response) => answer(response, 200, list(10, widget('a', 1))),
        (response) => answer(response, 200, list(20, widget('a', 15, { uid: 'another' }))),
      ],
      watches: [(response): void => void response.end(line('ERROR', expired)), hang],
    });
    await seen('added a@15');
    expect(changes).toEqual(['added a@1', 'deleted a@1', 'added a@15']);
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

  it('takes over the answers of writes, unless the watch has overtaken them', async () => {
    const { reflector, cache, changes, seen } = await start({
      lists: [(response) => answer(response, 200, list(10, widget('a', 5)))],
      watches: [
        (response) => {
          hang(response);
          response.write(line('DELETED', widget('a', 12)));
        },
      ],
    });
    await seen('deleted a@12');
    const object = (version: number) => trusted<KubeObject>(widget('a', version));
    reflector.observe(object(11));
    expect(cache.size).toBe(0);
    reflector.observe(object(13));
    expect(cache.get('n', 'a')?.metadata.resourceVersion).toBe('13');
    expect(changes).toEqual(['added a@5', 'deleted a@12']);
  });

  it('ignores the answers of writes that the watch has overtaken while a list is due, too', async () => {
    const listing = Promise.withResolvers<ServerResponse>();
    const { reflector, cache, changes, seen } = await start({
      lists: [(response) => answer(response, 200, list(10, widget('a', 5))), (response) => listing.resolve(response)],
      watches: [(response): void => void response.end(line('DELETED', widget('a', 12)) + line('ERROR', expired)), hang],
    });
    const response = await listing.promise;
    reflector.observe(trusted<KubeObject>(widget('a', 11)));
    expect(cache.size).toBe(0);
    answer(response, 200, list(20, widget('b', 15)));
    await seen('added b@15');
    expect(changes).toEqual(['added a@5', 'deleted a@12', 'added b@15']);
  });

  it('tells at once what the answer of a write shows of others, since the watch tells no more of it', async () => {
    const watched = Promise.withResolvers<ServerResponse>();
    const { reflector, changes, seen } = await start(
      {
        lists: [(response) => answer(response, 200, list(10, widget('a', 5, { generation: 1 })))],
        watches: [
          (response) => {
            hang(response);
            watched.resolve(response);
          },
        ],
      },
      {},
      { showsMore: ({ metadata }, previous) => metadata.generation !== previous?.metadata.generation },
    );
    await seen('added a@5');
    const object = (version: number, extra: object) => trusted<KubeObject>(widget('a', version, extra));
    reflector.observe(object(12, { generation: 2 }));
    reflector.observe(object(13, { generation: 2 }));
    const watch = await watched.promise;
    for (const version of [11, 12]) watch.write(line('MODIFIED', widget('a', version, { generation: 2 })));
    watch.write(line('ADDED', widget('b', 15)));
    await seen('added b@15');
    reflector.observe(object(16, { generation: 1, uid: 'anew' }));
    expect(changes).toEqual(['added a@5', 'updated a@12', 'added b@15', 'deleted a@13', 'added a@16']);
  });

  it('tells once of the deletion of an object in whose place another one was written', async () => {
    const watched = Promise.withResolvers<ServerResponse>();
    const { reflector, cache, changes, seen, server } = await start({
      lists: [(response) => answer(response, 200, list(10, widget('a', 5)))],
      watches: [
        (response) => {
          hang(response);
          watched.resolve(response);
        },
      ],
    });
    await seen('added a@5');
    reflector.observe(trusted<KubeObject>(widget('a', 14, { uid: 'another' })));
    const watch = await watched.promise;
    watch.write(line('MODIFIED', widget('a', 11)) + line('DELETED', widget('a', 12)));
    watch.write(line('ADDED', widget('a', 14, { uid: 'another' })) + line('ADDED', widget('b', 15)));
    await seen('added b@15');
    expect(changes).toEqual(['added a@5', 'deleted a@5', 'added a@14', 'added b@15']);
    expect([cache.get('n', 'a')?.metadata.uid, server.seen.length]).toEqual(['another', 2]);
  });

  it('tells every object again from time to time', async () => {
    const { seen } = await start(
      { lists: [(response) => answer(response, 200, list(10, widget('a', 1)))], watches: [hang] },
      { resyncMs: 20 },
    );
    await seen('resync a@1');
  });

  it('tells at that of each object what it is by then', async () => {
    const { cache, reflector, seen } = await start(
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

  it('keeps of a page what is wanted of it before it asks for the next one', async () => {
    const kept: string[] = [];
    const keptByThen: string[][] = [];
    const server = new ScriptedApiServer(({ query }, response) => {
      if (query.get('watch') === 'true') return hang(response);
      keptByThen.push([...kept]);
      const page = query.get('continue') ?? '1';
      const metadata = { resourceVersion: '10', continue: page === '3' ? '' : String(Number(page) + 1) };
      return answer(response, 200, { ...list(10, widget(`w${page}`, 1, { managedFields: [] })), metadata });
    });
    const client = await server.start();
    const cache = new ObjectCache();
    const transform = (object: KubeObject): KubeObject => {
      kept.push(object.metadata.name);
      return withoutManagedFields(object);
    };
    const logger = new KeepingLogger();
    const reflector = new Reflector({ client, type: WIDGETS, cache, transform, onChange: () => undefined, logger });
    runUntilEnd(reflector, server);
    await reflector.synced;
    expect(keptByThen).toEqual([[], ['w1'], ['w1', 'w2']]);
    expect(cache.values().map(({ metadata }) => metadata.managedFields)).toEqual([undefined, undefined, undefined]);
  });

  it.each([0, Number.POSITIVE_INFINITY])('tells nothing again with a resync every %d ms', async (resyncMs) => {
    const { changes, seen } = await start(
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

  it('lists in one piece when the snapshot of its pages has expired', async () => {
    const { cache, server, seen } = await start({
      lists: [
        (response) =>
          answer(response, 200, { ...list(10, widget('a', 1)), metadata: { resourceVersion: '10', continue: 'p2' } }),
        (response) => answer(response, 410, expired),
        (response) => answer(response, 200, list(12, widget('a', 1), widget('b', 2))),
      ],
      watches: [hang],
    });
    await seen('added b@2');
    expect(cache.size).toBe(2);
    const queries = server.seen.map(({ query }) => [query.get('limit'), query.get('continue')]);
    expect(queries.slice(0, 3)).toEqual([
      ['500', null],
      ['500', 'p2'],
      [null, null],
    ]);
  });

  it('does not go back in time by a list of a server that is behind', async () => {
    const behind = (response: ServerResponse): void => answer(response, 200, list(15, widget('a', 1)));
    const { changes, seen, cache } = await start({
      lists: [
        (response) => answer(response, 200, list(20, widget('a', 18), widget('b', 19))),
        behind,
        behind,
        (response) => answer(response, 200, list(21, widget('a', 18), widget('b', 19), widget('c', 21))),
      ],
      watches: [(response): void => void response.end(line('ERROR', expired)), hang],
    });
    await seen('added c@21');
    expect(changes).toEqual(['added a@18', 'added b@19', 'added c@21']);
    expect(cache.size).toBe(3);
  });

  it('goes back in time when the server stays there: its data were restored from a backup', async () => {
    const { changes, seen } = await start({
      lists: [
        (response) => answer(response, 200, list(20, widget('a', 18), widget('b', 19))),
        (response) => answer(response, 200, list(15, widget('a', 1))),
      ],
      watches: [(response): void => void response.end(line('ERROR', expired)), hang],
    });
    await seen('updated a@1');
    expect(changes).toEqual(['added a@18', 'added b@19', 'deleted b@19', 'updated a@1']);
  });

  it('believes a newer list of restored data, save where a write of its own is newer', async () => {
    const watched = Promise.withResolvers<ServerResponse>();
    const { cache, changes, reflector, seen } = await start({
      lists: [
        (response) =>
          answer(response, 200, list(120, widget('a', 110), widget('b', 105), widget('c', 104), widget('d', 103))),
        (response) => {
          const restored = [widget('a', 95, { uid: 'another' }), widget('b', 105, { uid: 'other' }), widget('c', 94)];
          answer(response, 200, list(150, ...restored, widget('d', 103), widget('e', 102), widget('f', 140)));
        },
      ],
      watches: [
        (response) => {
          hang(response);
          response.write(line('ADDED', widget('e', 121)));
          watched.resolve(response);
        },
        hang,
      ],
    });
    await seen('added e@121');
    reflector.observe(trusted<KubeObject>(widget('e', 160)));
    const told = changes.length;
    const watch = await watched.promise;
    watch.end(line('ERROR', expired));
    await seen('added f@140');
    // Of d, which is the same, nothing is told.
    expect(changes.slice(told)).toEqual([
      'deleted a@110',
      'added a@95',
      'deleted b@105',
      'added b@105',
      'updated c@94',
      'added f@140',
    ]);
    expect(cache.versionOf('n/e')).toBe('160');
  });

  it('takes the objects for gone when their kind is, and finds them when it is back', async () => {
    const missing = (response: ServerResponse): void => answer(response, 404, { reason: 'NotFound' });
    const { changes, seen, cache, reflector } = await start({
      lists: [
        (response) => answer(response, 200, list(10, widget('a', 1))),
        missing,
        missing,
        missing,
        missing,
        (response) => answer(response, 200, list(30, widget('a', 29, { uid: 'another' }))),
      ],
      watches: [missing, hang],
    });
    await seen('added a@29');
    expect(changes).toEqual(['added a@1', 'deleted a@1', 'added a@29']);
    expect(cache.size).toBe(1);
    expect(reflector.isSynced).toBe(true);
  });

  it('keeps the objects when a list is missing for a moment only', async () => {
    const missing = (response: ServerResponse): void => answer(response, 404, { reason: 'NotFound' });
    const { changes, seen } = await start({
      lists: [
        (response) => answer(response, 200, list(10, widget('a', 1))),
        missing,
        (response) => answer(response, 200, list(30, widget('a', 1), widget('b', 29))),
      ],
      watches: [missing, hang],
    });
    await seen('added b@29');
    expect(changes).toEqual(['added a@1', 'added b@29']);
  });

  it.each([
    ['no JSON', 'ADDED {"metadata"\n'],
    ['no event', '{"kind":"Status"}\n'],
    ['an event of an unknown type', line('MOVED', widget('b', 12))],
    ['null', 'null\n'],
  ])('resumes after the last whole event when a line is %s', async (_, garbage) => {
    const { changes, seen, logger } = await start({
      lists: [(response) => answer(response, 200, list(10))],
      watches: [
        (response) => void response.end(line('ADDED', widget('a', 11)) + garbage),
        (response) => {
          hang(response);
          response.write(line('ADDED', widget('b', 12)));
        },
      ],
    });
    await seen('added b@12');
    expect(changes).toEqual(['added a@11', 'added b@12']);
    expect(logger.lines.filter((text) => text.startsWith('warn:'))).toHaveLength(1);
  });

  it('surfaces an error of the watch that is no 410, and goes on', async () => {
    const { seen, logger, server } = await start({
      lists: [(response) => answer(response, 200, list(10))],
      watches: [
        (response) => void response.end(line('ERROR', { kind: 'Status', code: 500, message: 'etcd is down' })),
        (response) => {
          hang(response);
          response.write(line('ADDED', widget('a', 11)));
        },
      ],
    });
    await seen('added a@11');
    expect(logger.lines.filter((text) => text.startsWith('warn:'))).toHaveLength(1);
    expect(server.seen.at(-1)!.query.get('resourceVersion')).toBe('10');
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

  it('keeps no more than the metadata of what it is told to look at from outside', async () => {
    const cache = new ObjectCache({ owner: byOwner, namespace: byNamespace });
    const { apiVersion: _, ...partial } = trusted<KubeObject>(
      widget('a', 11, { ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'p', uid: 'owner' }] }),
    );
    const server = new ScriptedApiServer((request, response) => {
      if (request.query.get('watch') !== 'true') return answer(response, 200, list(10));
      hang(response);
      response.write(line('ADDED', { ...partial, apiVersion: 'meta.k8s.io/v1', kind: 'PartialObjectMetadata' }));
    });
    const client = await server.start();
    const seen = Promise.withResolvers<void>();
    const stop = new AbortController();
    const onChange = (): void => seen.resolve();
    const logger = new KeepingLogger();
    const reflector = new Reflector({ client, type: WIDGETS, cache, onChange, logger, metadataOnly: true });
    const running = reflector.run(stop.signal);
    await seen.promise;
    expect(server.seen.map(({ headers }) => headers.accept)).toEqual([
      expect.stringContaining('as=PartialObjectMetadataList'),
      expect.stringContaining('as=PartialObjectMetadata;'),
    ]);
    expect(cache.byIndex('owner', 'owner').map(({ kind }) => kind)).toEqual(['Widget']);
    reflector.observe({ ...trusted<KubeObject>(widget('a', 12)), data: { password: 'secret' } });
    expect(cache.byIndex('namespace', 'n')).toHaveLength(1);
    expect(cache.get('n', 'a')).not.toHaveProperty('data');
    expect(() => cache.byIndex('colour', 'red')).toThrow('the cache has no index "colour"');
    stop.abort();
    await running;
    await server.stop();
  });
});
