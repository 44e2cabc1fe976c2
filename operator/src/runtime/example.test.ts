import { expect, it } from '@jest/globals';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { labelConfigMaps } from './example.ts';
import { KeepingLogger } from './testing/keeping-logger.ts';
import { answer, ScriptedApiServer, type SeenRequest } from './testing/scripted-api-server.ts';
import { trusted } from './trusted.ts';

const read = async (file: string): Promise<string> => await readFile(join(import.meta.dirname, file), 'utf8');

it('labels every ConfigMap without the label, and gives its lease up at the end', async () => {
  const labelled = Promise.withResolvers<void>();
  const item = (name: string, labels: object): object => ({
    metadata: { name, namespace: 'n', uid: `uid-${name}`, resourceVersion: '5', labels },
  });
  const items = [item('a', {}), item('b', { seen: 'yes' })];
  const server = new ScriptedApiServer((request, response) => {
    if (request.path.includes('/leases')) {
      if (request.method === 'GET') return answer(response, 404, { reason: 'NotFound' });
      const lease = trusted<{ readonly metadata: object }>(JSON.parse(request.body));
      answer(response, 200, { ...lease, metadata: { ...lease.metadata, resourceVersion: '7' } });
    } else if (request.method === 'PATCH') {
      answer(response, 200, { apiVersion: 'v1', kind: 'ConfigMap', ...item('a', { seen: 'yes' }) });
      labelled.resolve();
    } else if (request.query.get('watch') === 'true') {
      response.writeHead(200).flushHeaders();
    } else {
      answer(response, 200, { kind: 'ConfigMapList', metadata: { resourceVersion: '9' }, items });
    }
  });
  await server.start();
  const stop = new AbortController();
  const running = labelConfigMaps(server.kubeConfig, 'process-1', new KeepingLogger(), stop.signal);
  await labelled.promise;
  stop.abort();
  await running;
  await server.stop();
  const bodies = (isWanted: (request: SeenRequest) => boolean): unknown[] =>
    server.seen.filter(isWanted).map(({ body }) => trusted(JSON.parse(body)));
  expect(bodies(({ method }) => method === 'PATCH')).toEqual([
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'n', labels: { seen: 'yes' } } },
  ]);
  const leases = bodies(({ method, path }) => method !== 'GET' && path.includes('/leases'));
  expect(leases[0]).toMatchObject({ spec: { holderIdentity: 'process-1' } });
  expect(leases.at(-1)).not.toHaveProperty('spec.holderIdentity');
});

it('ends by its signal also before there is anything to work on', async () => {
  const asked = Promise.withResolvers<void>();
  const server = new ScriptedApiServer(() => asked.resolve());
  await server.start();
  const stop = new AbortController();
  const running = labelConfigMaps(server.kubeConfig, 'process-1', new KeepingLogger(), stop.signal);
  await asked.promise;
  stop.abort();
  await running;
  await server.stop();
});

it('is the example of README.md', async () => {
  expect(await read('README.md')).toContain(`\`\`\`ts\n${await read('example.ts')}\`\`\``);
});

it('has every test that README.md names', async () => {
  const files = await readdir(import.meta.dirname);
  const tests = await Promise.all(files.filter((file) => file.endsWith('.test.ts')).map((file) => read(file)));
  const rows = (await read('README.md')).split('\n').filter((row) => /^\| \d+\. /.test(row));
  const named = rows.flatMap((row) => [...row.split('|')[3]!.matchAll(/"([^"]+)"/g)].map(([, title]) => title!));
  expect(rows.length).toBeGreaterThan(15);
  expect(named.length).toBeGreaterThan(rows.length);
  // A "…" stands for what is left out.
  const isThere = (title: string): boolean =>
    title.split('…').every((part) => tests.some((source) => source.includes(part.trim())));
  expect(named.filter((title) => !isThere(title))).toEqual([]);
});
