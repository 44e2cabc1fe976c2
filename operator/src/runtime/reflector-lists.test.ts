import { afterEach, describe, expect, it } from '@jest/globals';
import type { ServerResponse } from 'node:http';
import type { KubeObject } from './kube-object.ts';
import { withoutManagedFields } from './managed-fields.ts';
import { ObjectCache } from './object-cache.ts';
import { Reflector } from './reflector.ts';
import { KeepingLogger } from './testing/keeping-logger.ts';
import { hang, ReflectorBed } from './testing/reflector-bed.ts';
import { answer, ScriptedApiServer } from './testing/scripted-api-server.ts';
import { expired, line, list, widget, WIDGETS } from './testing/widgets.ts';
import { trusted } from './trusted.ts';

const bed = new ReflectorBed();
afterEach(() => bed.clear());

describe('The lists of a reflector', () => {
  it('lists in pages, then watches from the version of the list', async () => {
    const { reflector, cache, server, seen } = await bed.start({
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

  it.each([
    ['as an event', (response: ServerResponse): void => void response.end(line('ERROR', expired))],
    ['as the answer', (response: ServerResponse): void => answer(response, 410, expired)],
  ])('lists anew after a 410 %s, and finds what was deleted meanwhile', async (_, fail) => {
    const { changes, seen } = await bed.start({
      lists: [
        (response) => answer(response, 200, list(10, widget('a', 1), widget('b', 2))),
        (response) => answer(response, 200, list(20, widget('b', 2), widget('c', 15))),
      ],
      watches: [fail, hang],
    });
    await seen('added c@15');
    expect(changes).toEqual(['added a@1', 'added b@2', 'deleted a@1', 'added c@15']);
  });

  it('keeps trying while lists fail', async () => {
    const failing = (response: ServerResponse): void => answer(response, 403, { reason: 'Forbidden', message: 'no' });
    const { seen, logger } = await bed.start({
      lists: [failing, failing, (response) => answer(response, 200, list(10, widget('a', 1)))],
      watches: [hang],
    });
    await seen('added a@1');
    expect(logger.lines.filter((text) => text.startsWith('warn: list or watch failed'))).toHaveLength(2);
  });

  it('tells of an object that was made anew between two lists as of two', async () => {
    const { changes, seen } = await bed.start({
      lists: [
        (response) => answer(response, 200, list(10, widget('a', 1))),
        (response) => answer(response, 200, list(20, widget('a', 15, { uid: 'another' }))),
      ],
      watches: [(response): void => void response.end(line('ERROR', expired)), hang],
    });
    await seen('added a@15');
    expect(changes).toEqual(['added a@1', 'deleted a@1', 'added a@15']);
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
    bed.run(reflector, server);
    await reflector.synced;
    expect(keptByThen).toEqual([[], ['w1'], ['w1', 'w2']]);
    expect(cache.values().map(({ metadata }) => metadata.managedFields)).toEqual([undefined, undefined, undefined]);
  });

  it('lists in one piece when the snapshot of its pages has expired', async () => {
    const { cache, server, seen } = await bed.start({
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
    const { changes, seen, cache } = await bed.start({
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
    const { changes, seen } = await bed.start({
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
    const { cache, changes, reflector, seen } = await bed.start({
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
    const { changes, seen, cache, reflector } = await bed.start({
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
    const { changes, seen } = await bed.start({
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
});
