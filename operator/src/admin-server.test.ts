import { afterEach, describe, expect, it } from '@jest/globals';
import { Metrics } from './metrics.ts';
import { AdminServer } from './admin-server.ts';

let server: AdminServer | undefined;
afterEach(async () => {
  await server?.close();
});

async function start(unready: string | undefined) {
  const metrics = new Metrics();
  metrics.watch({
    isLeader: true,
    tickStormCount: 3,
    refusedNamespaceCount: 1,
    cachedObjects: { Pod: 6_000, Node: 3 },
    memory: { heapBytes: 1, heapLimitBytes: 192_000_000, residentBytes: 2, limitBytes: 384_000_000 },
    queues: { instance: { depth: 2, unfinishedMs: 30, longestRunningMs: 20 } },
  });
  metrics.onReconcile({ controller: 'instance', durationMs: 5, failed: true });
  metrics.onRequest({ verb: 'apply', resource: 'services', status: 422, durationMs: 1, throttledMs: 500 });
  const queue = metrics.queueObserver('instance');
  queue.added();
  queue.started(7);
  queue.finished(70);
  queue.retried();
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
      'tick_storm_operator_refused_namespaces 1',
      'tick_storm_operator_cached_objects{kind="Pod"} 6000',
      'tick_storm_operator_heap_limit_bytes 192000000',
      'tick_storm_operator_memory_limit_bytes 384000000',
      'tick_storm_operator_queue_depth{queue="instance"} 2',
      'tick_storm_operator_queue_unfinished_work_seconds{queue="instance"} 0.03',
      'tick_storm_operator_queue_longest_running_seconds{queue="instance"} 0.02',
      'tick_storm_operator_queue_adds_total{queue="instance"} 1',
      'tick_storm_operator_queue_retries_total{queue="instance"} 1',
      'tick_storm_operator_queue_wait_seconds_sum{queue="instance"} 0.007',
      'tick_storm_operator_queue_work_seconds_sum{queue="instance"} 0.07',
      'tick_storm_operator_api_throttled_seconds_total 0.5',
      'tick_storm_operator_reconcile_total{controller="instance",result="error"} 1',
      'tick_storm_operator_api_requests_total{verb="apply",resource="services",status="422"} 1',
    ]) {
      expect(text).toContain(line);
    }
  });
});
