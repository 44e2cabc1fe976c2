import { afterEach, describe, expect, it } from '@jest/globals';
import type { ServerResponse } from 'node:http';
import type { KubeObject } from './kube-object.ts';
import { ObjectCache } from './object-cache.ts';
import type { KeepingLogger } from './testing/keeping-logger.ts';
import { hang, ReflectorBed } from './testing/reflector-bed.ts';
import { answer } from './testing/scripted-api-server.ts';
import { expired, line, list, widget } from './testing/widgets.ts';
import { trusted } from './trusted.ts';

const bed = new ReflectorBed();
afterEach(() => bed.clear());

/** Of a widget at which it throws. */
const wrong = { labels: { is: 'wrong' } };
const transform = (object: KubeObject): KubeObject => {
  if (object.metadata.labels?.['is'] === 'wrong') throw new TypeError('no such field');
  return object;
};

/** What the log says of objects that cannot be taken in. */
const told = ({ lines, fields }: KeepingLogger): unknown[] =>
  fields.filter((_, index) => lines[index]!.startsWith('error: an object cannot be taken in'));
const unusable = (name: string, version: number, uid = `uid-${name}`): object => ({
  kind: 'Widget',
  namespace: 'n',
  name,
  uid,
  resourceVersion: String(version),
  error: 'TypeError: no such field',
});

/** A watch in which a test writes. */
function open(watch: PromiseWithResolvers<ServerResponse>): (response: ServerResponse) => void {
  return (response) => {
    hang(response);
    watch.resolve(response);
  };
}

describe('An object at which a transform throws', () => {
  it('keeps no other out of a list, and is told of once', async () => {
    const { cache, changes, logger, seen, server } = await bed.start(
      {
        lists: [
          (response) => answer(response, 200, list(10, widget('a', 1), widget('b', 2, wrong), widget('c', 3))),
          (response) => answer(response, 200, list(20, widget('a', 1), widget('b', 2, wrong), widget('d', 15))),
        ],
        watches: [(response): void => void response.end(line('ERROR', expired)), hang],
      },
      {},
      { transform },
    );
    await seen('added d@15');
    expect(changes).toEqual(['added a@1', 'added c@3', 'deleted c@3', 'added d@15']);
    expect([...cache.keys()]).toEqual(['n/a', 'n/d']);
    expect(told(logger)).toEqual([unusable('b', 2)]);
    expect(server.seen.filter(({ query }) => query.get('watch') !== 'true')).toHaveLength(2);
  });

  it('stays in a list as it was known, unless it is another one by now', async () => {
    const { cache, changes, logger, seen } = await bed.start(
      {
        lists: [
          (response) => answer(response, 200, list(10, widget('a', 1), widget('b', 2))),
          (response) => {
            const [changed, anew] = [widget('a', 11, wrong), widget('b', 12, { ...wrong, uid: 'anew' })];
            answer(response, 200, list(20, changed, anew, widget('c', 15)));
          },
        ],
        watches: [(response): void => void response.end(line('ERROR', expired)), hang],
      },
      {},
      { transform },
    );
    await seen('added c@15');
    expect(changes).toEqual(['added a@1', 'added b@2', 'deleted b@2', 'added c@15']);
    expect(cache.versionOf('n/a')).toBe('1');
    expect(told(logger)).toEqual([unusable('a', 11), unusable('b', 12, 'anew')]);
  });

  it('stays as it was known when a watch tells of it, until it can be taken in again or has gone', async () => {
    const watched = Promise.withResolvers<ServerResponse>();
    const { cache, changes, logger, seen, server } = await bed.start(
      {
        lists: [(response) => answer(response, 200, list(10, widget('a', 1), widget('b', 2)))],
        watches: [open(watched)],
      },
      {},
      { transform },
    );
    const watch = await watched.promise;
    for (const [name, version] of [
      ['a', 11],
      ['b', 12],
      ['new', 13],
    ] as const) {
      watch.write(line('MODIFIED', widget(name, version, wrong)));
    }
    watch.write(line('ADDED', widget('c', 14)));
    await seen('added c@14');
    expect([cache.versionOf('n/a'), cache.versionOf('n/b'), cache.versionOf('n/new')]).toEqual(['1', '2', undefined]);
    watch.write(line('MODIFIED', widget('a', 15)) + line('DELETED', widget('b', 16, wrong)));
    await seen('deleted b@16');
    expect(changes).toEqual(['added a@1', 'added b@2', 'added c@14', 'updated a@15', 'deleted b@16']);
    expect(told(logger)).toEqual([unusable('a', 11), unusable('b', 12), unusable('new', 13)]);
    expect(server.seen).toHaveLength(2);
  });

  it('ends the one that had its name before, and not one that was written since', async () => {
    const watched = Promise.withResolvers<ServerResponse>();
    const { cache, changes, reflector, seen } = await bed.start(
      {
        lists: [(response) => answer(response, 200, list(10, widget('a', 1), widget('b', 2)))],
        watches: [open(watched)],
      },
      {},
      { transform },
    );
    await seen('added b@2');
    reflector.observe(trusted<KubeObject>(widget('b', 16, { uid: 'anew' })));
    const watch = await watched.promise;
    watch.write(line('ADDED', widget('a', 11, { ...wrong, uid: 'anew' })) + line('MODIFIED', widget('b', 12, wrong)));
    watch.write(line('ADDED', widget('c', 20)));
    await seen('added c@20');
    expect(changes).toEqual(['added a@1', 'added b@2', 'deleted b@2', 'added b@16', 'deleted a@1', 'added c@20']);
    expect([...cache.keys()]).toEqual(['n/b', 'n/c']);
  });

  it('fails no write whose answer it is', async () => {
    const watched = Promise.withResolvers<ServerResponse>();
    const { cache, changes, logger, reflector, seen } = await bed.start(
      { lists: [(response) => answer(response, 200, list(10, widget('a', 1)))], watches: [open(watched)] },
      {},
      { transform },
    );
    await seen('added a@1');
    reflector.observe(trusted<KubeObject>(widget('a', 11, wrong)));
    expect(cache.versionOf('n/a')).toBe('1');
    const watch = await watched.promise;
    watch.write(line('MODIFIED', widget('a', 11, wrong)) + line('ADDED', widget('b', 12)));
    await seen('added b@12');
    expect(changes).toEqual(['added a@1', 'added b@12']);
    expect(told(logger)).toEqual([unusable('a', 11)]);
  });
});

it('An object at which an index function throws keeps no other out', async () => {
  const cache = new ObjectCache({ label: ({ metadata }) => [metadata.labels!['is']!] });
  const { logger, seen } = await bed.start(
    {
      lists: [(response) => answer(response, 200, list(10, widget('a', 1), widget('b', 2, wrong)))],
      watches: [
        (response) => {
          hang(response);
          response.write(line('ADDED', widget('c', 11)) + line('ADDED', widget('d', 12, wrong)));
        },
      ],
    },
    {},
    { cache },
  );
  await seen('added d@12');
  expect(cache.byIndex('label', 'wrong').map(({ metadata }) => metadata.name)).toEqual(['b', 'd']);
  expect(told(logger)).toMatchObject([
    { name: 'a', error: expect.stringContaining('TypeError') },
    { name: 'c', error: expect.stringContaining('TypeError') },
  ]);
});
