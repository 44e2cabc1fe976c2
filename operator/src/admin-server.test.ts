import { afterEach, describe, expect, it } from '@jest/globals';
import { Metrics } from './metrics.ts';
import { AdminServer } from './admin-server.ts';

let server: AdminServer | undefined;
afterEach(async () => {
  await server?.close();
});

async function start(unready: string | undefined) {
  const metrics = new Metrics();
  metrics.watch({ isLeader: true, tickStormCount: 3, queueLengths: { instance: 2 } });
  metrics.onReconcile({ controller: 'instance', durationMs: 5, failed: true });
  metrics.onRequest({ verb: 'apply', resource: 'services', status: 422, durationMs: 1 });
  const options = { host: '127.0.0.1', port: 0, registry: metrics.registry };
  server = new AdminServer({ ...options, unhealthy: () => undefined, unready: () => unready });
  const port = await server.listen();
  return async (path: string): Promise<[number, string]> => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`);
    return [response.status, await response.text()];
  };
}

describe('AdminServer', () => {
  it('answers the probes', async () => {
    const get = await start('the caches are not complete yet');
    expect(await get('/healthz')).toEqual([200, 'ok\n']);
    expect(await get('/readyz?verbose')).toEqual([503, 'the caches are not complete yet\n']);
    expect((await get('/nothing'))[0]).toBe(404);
  });

  it('shows the metrics', async () => {
    const [status, text] = await (await start(undefined))('/metrics');
    expect(status).toBe(200);
    for (const line of [
      'tick_storm_operator_leader 1',
      'tick_storm_operator_tickstorms 3',
      'tick_storm_operator_queue_depth{queue="instance"} 2',
      'tick_storm_operator_reconcile_total{controller="instance",result="error"} 1',
      'tick_storm_operator_api_requests_total{verb="apply",resource="services",status="422"} 1',
    ]) {
      expect(text).toContain(line);
    }
  });
});
