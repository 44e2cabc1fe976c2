import { expect, it } from '@jest/globals';
import { Controller, Informer, objectKey, WorkQueue, type ResourceType } from './index.ts';
import { KeepingLogger } from './testing/keeping-logger.ts';
import { answer, ScriptedApiServer } from './testing/scripted-api-server.ts';

// The example of README.md, against a server with one ConfigMap.
it('labels every ConfigMap, and only those without the label', async () => {
  const labelled = Promise.withResolvers<void>();
  const item = { metadata: { name: 'a', namespace: 'n', uid: 'u', resourceVersion: '5' } };
  const server = new ScriptedApiServer((request, response) => {
    if (request.method === 'PATCH') {
      answer(response, 200, { apiVersion: 'v1', kind: 'ConfigMap', ...item });
      labelled.resolve();
    } else if (request.query.get('watch') === 'true') {
      response.writeHead(200).flushHeaders();
    } else {
      answer(response, 200, { kind: 'ConfigMapList', metadata: { resourceVersion: '9' }, items: [item] });
    }
  });
  const client = await server.start();
  const logger = new KeepingLogger();

  const CONFIG_MAPS: ResourceType = { apiVersion: 'v1', kind: 'ConfigMap', plural: 'configmaps' };
  const stop = new AbortController();
  const queue = new WorkQueue();
  const configMaps = new Informer({
    client,
    type: CONFIG_MAPS,
    namespaces: [],
    logger,
    onChange: ({ object }) => queue.add(objectKey(object.metadata.namespace, object.metadata.name)),
  });
  const controller = new Controller({
    name: 'labels',
    queue,
    workers: 2,
    logger,
    reconcile: async (key, signal) => {
      const live = configMaps.cache.getByKey(key);
      if (live === undefined || live.metadata.labels?.['seen'] === 'yes') return {};
      const { name, namespace = '' } = live.metadata;
      const intent = { ...CONFIG_MAPS, plural: undefined, metadata: { name, namespace, labels: { seen: 'yes' } } };
      const options = { fieldManager: 'example', force: true, signal };
      configMaps.observe(await client.apply(CONFIG_MAPS, namespace, name, intent, options));
      return {};
    },
  });
  const watching = configMaps.run(stop.signal);
  await configMaps.synced;
  const working = controller.run(stop.signal);

  await labelled.promise;
  await queue.shutDown();
  await working;
  stop.abort();
  await watching;
  await server.stop();
  const write = server.seen.find(({ method }) => method === 'PATCH');
  expect(JSON.parse(write!.body)).toEqual({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'a', namespace: 'n', labels: { seen: 'yes' } },
  });
});
