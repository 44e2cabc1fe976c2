import { afterEach, expect, it } from '@jest/globals';
import { FakeCluster } from './fake-cluster.ts';

let cluster: FakeCluster | undefined;
afterEach(() => cluster?.stop());

it('runs pods as large as real ones for every Deployment, and lists them in pages', async () => {
  cluster = await FakeCluster.start({ podsOfEach: 3, addressOf: (index) => `127.1.0.${index}` });
  const path = `http://127.0.0.1:${cluster.port}/apis/apps/v1/namespaces/n/deployments/demo?fieldManager=me`;
  const env = Array.from({ length: 30 }, (_, index) => ({ name: `SETTING_${index}`, value: 'a'.repeat(20) }));
  const server = {
    name: 'server',
    image: 'registry.example/server:1',
    env,
    livenessProbe: { httpGet: { port: 9_090 } },
  };
  const metadata = { name: 'demo', namespace: 'n', labels: { app: 'demo' } };
  const body = JSON.stringify({
    metadata,
    spec: { replicas: 3, template: { metadata, spec: { containers: [server] } } },
  });
  const headers = { 'content-type': 'application/apply-patch+yaml' };
  const made = (await (await fetch(path, { method: 'PATCH', headers, body })).json()) as Record<string, unknown>;
  expect(made).toMatchObject({ kind: 'Deployment', metadata: { managedFields: [{ manager: 'me' }] } });

  const page = async (query: string): Promise<{ items: object[]; metadata: { continue: string } }> => {
    const answer = await fetch(`http://127.0.0.1:${cluster!.port}/api/v1/pods?${query}`);
    return (await answer.json()) as { items: object[]; metadata: { continue: string } };
  };
  const first = await page('limit=2');
  const rest = await page(`limit=2&continue=${first.metadata.continue}`);
  expect([first.items.length, rest.items.length, rest.metadata.continue]).toEqual([2, 1, '']);
  expect(rest.items[0]).toMatchObject({ status: { podIP: '127.1.0.3', phase: 'Running' } });
  expect(JSON.stringify(rest.items[0]).length).toBeGreaterThan(6_000);
});
