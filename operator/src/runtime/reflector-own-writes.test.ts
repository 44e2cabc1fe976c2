import { afterEach, describe, expect, it } from '@jest/globals';
import type { ServerResponse } from 'node:http';
import { byNamespace, byOwner } from './indexes.ts';
import type { KubeObject } from './kube-object.ts';
import { ObjectCache } from './object-cache.ts';
import { Reflector } from './reflector.ts';
import { KeepingLogger } from './testing/keeping-logger.ts';
import { hang, ReflectorBed } from './testing/reflector-bed.ts';
import { answer, ScriptedApiServer } from './testing/scripted-api-server.ts';
import { expired, line, list, widget, WIDGETS } from './testing/widgets.ts';
import { trusted } from './trusted.ts';

const bed = new ReflectorBed();
afterEach(() => bed.clear());

describe('A reflector that is told of own writes', () => {
  it('takes over the answers of writes, unless the watch has overtaken them', async () => {
    const { reflector, cache, changes, seen } = await bed.start({
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
    const { reflector, cache, changes, seen } = await bed.start({
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
    const { reflector, changes, seen } = await bed.start(
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
    const { reflector, cache, changes, seen, server } = await bed.start({
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
