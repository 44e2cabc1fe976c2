import { afterEach, describe, expect, it } from '@jest/globals';
import { Agent } from 'undici';
import { ApiClient } from './api-client.ts';
import type { ApiConnection } from './api-connection.ts';
import { ApiError } from './api-error.ts';
import type { ResourceType } from './resource-type.ts';
import { TokenBucket } from './token-bucket.ts';
import { trusted } from './trusted.ts';
import { answer, ScriptedApiServer, type Handler } from './testing/scripted-api-server.ts';

const WIDGETS: ResourceType = { apiVersion: 'example.io/v1', kind: 'Widget', plural: 'widgets' };
const widget = { apiVersion: 'example.io/v1', kind: 'Widget', metadata: { name: 'a' }, spec: { brandNew: true } };

let server: ScriptedApiServer | undefined;
afterEach(async () => {
  await server?.stop();
  server = undefined;
});

async function clientOf(handler: Handler, options: Parameters<ScriptedApiServer['start']>[0] = {}) {
  server = new ScriptedApiServer(handler);
  return await server.start(options);
}

/** Fails the first `times` requests by `fail`, then answers. */
function flaky(times: number, fail: Handler): Handler {
  let left = times;
  return (request, response) => {
    left -= 1;
    if (left >= 0) fail(request, response);
    else answer(response, 200, widget);
  };
}

describe('ApiClient', () => {
  it('passes fields through that it does not know', async () => {
    const client = await clientOf((_, response) => answer(response, 200, widget));
    expect(await client.get(WIDGETS, 'n', 'a')).toEqual(widget);
  });

  it('applies as server-side apply, with the credentials', async () => {
    const client = await clientOf((_, response) => answer(response, 200, widget));
    await client.apply(WIDGETS, 'n', 'a', widget, { fieldManager: 'me', force: true, subresource: 'status' });
    const [request] = server!.seen;
    expect(request).toMatchObject({ method: 'PATCH', path: '/apis/example.io/v1/namespaces/n/widgets/a/status' });
    expect(Object.fromEntries(request!.query)).toEqual({ fieldManager: 'me', force: 'true' });
    expect(request!.headers).toMatchObject({
      'content-type': 'application/apply-patch+yaml',
      authorization: 'Bearer secret-token',
      'user-agent': 'test/1',
    });
    expect(JSON.parse(request!.body)).toEqual(widget);
  });

  it('says undefined where there is nothing', async () => {
    const client = await clientOf((_, response) => answer(response, 404, { reason: 'NotFound' }));
    expect(await client.get(WIDGETS, 'n', 'a')).toBeUndefined();
  });

  it.each([429, 500, 502, 503, 504])('repeats after %d', async (status) => {
    const client = await clientOf(flaky(2, (_, response) => answer(response, status, {})));
    await client.get(WIDGETS, 'n', 'a');
    expect(server!.seen).toHaveLength(3);
  });

  it('repeats after a broken connection what may be repeated', async () => {
    const client = await clientOf(flaky(1, (_, response) => response.destroy()));
    await client.get(WIDGETS, 'n', 'a');
    expect(server!.seen).toHaveLength(2);
  });

  it('does not repeat a create that may have happened, but does after a 429', async () => {
    const broken = await clientOf(flaky(1, (_, response) => response.destroy()));
    await expect(broken.create(WIDGETS, 'n', widget, 'me')).rejects.toThrow(/other side closed|socket|ECONNRESET/i);
    expect(server!.seen).toHaveLength(1);
    await server!.stop();
    const busy = await clientOf(flaky(1, (_, response) => answer(response, 429, {}, { 'retry-after': '0' })));
    await busy.create(WIDGETS, 'n', widget, 'me');
    expect(server!.seen).toHaveLength(2);
  });

  it('does not repeat what is wrong, and says why it is', async () => {
    const refusal = { reason: 'Invalid', message: 'spec.replicas: must be positive' };
    const client = await clientOf((_, response) => answer(response, 422, refusal));
    const applying = client.apply(WIDGETS, 'n', 'a', widget, { fieldManager: 'me', force: true });
    await expect(applying).rejects.toMatchObject({ name: 'ApiError', status: 422, reason: 'Invalid' });
    await expect(applying).rejects.toThrow(/apply \/apis\/.*422 Invalid spec\.replicas: must be positive/);
    expect(server!.seen).toHaveLength(1);
  });

  it('gives up on an answer that does not come', async () => {
    const client = await clientOf(() => undefined, {
      // In which a request reaches the server on a busy machine, too.
      timeoutMs: 300,
      retry: { attempts: 2, firstDelayMs: 1, longestDelayMs: 1 },
    });
    await expect(client.get(WIDGETS, 'n', 'a')).rejects.toThrow(/timeout/i);
    expect(server!.seen).toHaveLength(2);
  });

  it.each<[string, number, object]>([
    ['is gone', 404, { reason: 'NotFound' }],
    ['is another one by now', 200, { ...widget, metadata: { name: 'a', uid: 'uid-2' } }],
  ])('takes an object that %s for deleted', async (_, status, live) => {
    const client = await clientOf((request, response) => {
      if (request.method === 'GET') answer(response, status, live);
      else answer(response, 409, { reason: 'Conflict' });
    });
    await client.delete(WIDGETS, 'n', 'a', 'uid-1');
    expect(JSON.parse(server!.seen[0]!.body)).toMatchObject({ preconditions: { uid: 'uid-1' } });
  });

  it('does not take an object for deleted whose deletion met a conflict', async () => {
    const client = await clientOf((request, response) => {
      if (request.method === 'GET') answer(response, 200, { ...widget, metadata: { name: 'a', uid: 'uid-1' } });
      else answer(response, 409, { reason: 'Conflict' });
    });
    await expect(client.delete(WIDGETS, 'n', 'a', 'uid-1')).rejects.toMatchObject({ status: 409 });
  });

  it('reads the credentials anew after a 401', async () => {
    const client = await clientOf(flaky(1, (_, response) => answer(response, 401, {})));
    expect(await client.get(WIDGETS, 'n', 'a')).toEqual(widget);
  });

  it('reports every request', async () => {
    const reports: string[] = [];
    const client = await clientOf(
      flaky(1, (_, response) => answer(response, 503, {})),
      {
        onRequest: ({ verb, resource, status }) => reports.push(`${verb} ${resource} ${status}`),
      },
    );
    await client.get(WIDGETS, 'n', 'a');
    expect(reports).toEqual(['get widgets 503', 'get widgets 200']);
  });

  it.each<[string, Handler]>([
    [
      'half a body',
      (_, response) => {
        response.writeHead(200, { 'content-length': '1000' });
        response.write('{"kind":', () => response.destroy());
      },
    ],
    [
      'half a chunked body',
      (_, response) => {
        response.writeHead(200);
        response.write('{"kind":', () => response.destroy());
      },
    ],
    ['half an object', (_, response) => void response.end('{"kind":')],
    ['a page of a proxy', (_, response) => void response.end('<html>welcome</html>')],
    ['JSON that is no object of the API', (_, response) => answer(response, 200, ['x'])],
    ['null', (_, response) => answer(response, 200, null)],
    ['no HTTP', (_, response) => void response.socket!.end('garbage\r\n\r\n')],
    [
      'a wrong chunk',
      (_, response) => void response.socket!.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nZZ\r\n'),
    ],
    [
      'a body that stalls',
      (_, response) => {
        response.writeHead(200);
        response.write('{"kind":');
      },
    ],
  ])('takes %s for no answer, and asks again', async (_, fail) => {
    const client = await clientOf(flaky(2, fail), { timeoutMs: 500 });
    expect(await client.get(WIDGETS, 'n', 'a')).toEqual(widget);
    expect(server!.seen).toHaveLength(3);
  });

  it('does not repeat a create whose answer was garbled, and quotes it', async () => {
    const client = await clientOf((_, response) => void response.end('<html>'));
    await expect(client.create(WIDGETS, 'n', widget, 'me')).rejects.toThrow(
      /create .*widgets: the answer is not .*<html>/,
    );
    expect(server!.seen).toHaveLength(1);
  });

  it('waits as long as the server asks, in seconds or until a date', async () => {
    const client = await clientOf(flaky(1, (_, response) => answer(response, 429, {}, { 'retry-after': '1' })));
    const startedMs = performance.now();
    await client.get(WIDGETS, 'n', 'a');
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(990);
    const date = new Date(Date.now() + 5_000).toUTCString();
    expect(new ApiError('x', 503, '', date).retryAfterMs).toBeGreaterThan(3_000);
    expect(new ApiError('x', 503, '', 'soon').retryAfterMs).toBeUndefined();
  });

  it('sends no more than the rate limit lets through, watches aside, and says how long it held back', async () => {
    const clock = { nowMs: 0 };
    const rateLimit = new TokenBucket({ ratePerSecond: 20, burst: 2, now: () => clock.nowMs });
    const waits: number[] = [];
    const onRequest = ({ throttledMs }: { readonly throttledMs: number }): void => void waits.push(throttledMs);
    const client = await clientOf((_, response) => answer(response, 200, widget), { rateLimit, onRequest });
    const options = { resourceVersion: '1', timeoutSeconds: 1, signal: new AbortController().signal };
    for (let count = 0; count < 3; count += 1) await client.watch(WIDGETS, 'n', options);
    for (let count = 0; count < 3; count += 1) await client.get(WIDGETS, 'n', 'a');
    expect(waits).toEqual([0, 0, 0, 0, 0, 50]);
  });

  it('is cut short by the signal of its scope, and writes only while that allows it', async () => {
    const arrived = Promise.withResolvers<void>();
    const whole = await clientOf((request, response) => {
      if (request.method === 'GET') answer(response, 200, widget);
      else arrived.resolve();
    });
    const cutOff = new AbortController();
    let mayWrite = true;
    const beforeWrite = (): void => {
      if (!mayWrite) throw new Error('another leads');
    };
    const client = whole.within({ signal: cutOff.signal, beforeWrite });
    const writing = client.apply(WIDGETS, 'n', 'a', widget, { fieldManager: 'me', force: true });
    const failing = expect(writing).rejects.toThrow(/abort/);
    await arrived.promise;
    mayWrite = false;
    await expect(client.delete(WIDGETS, 'n', 'a', 'uid')).rejects.toThrow('another leads');
    await expect(client.get(WIDGETS, 'n', 'a')).resolves.toEqual(widget);
    cutOff.abort();
    await failing;
    await expect(client.get(WIDGETS, 'n', 'a')).rejects.toThrow(/abort/);
    expect(server!.seen.filter(({ method }) => method === 'DELETE')).toHaveLength(0);
  });

  it('gives one call more time than others have, also until its answer begins', async () => {
    const dispatcher = new Agent();
    const bounds: unknown[] = [];
    const watched = dispatcher.compose((dispatch) => (options, handler) => {
      bounds.push(options.headersTimeout);
      return dispatch(options, handler);
    });
    const whole = await clientOf((_, response) => answer(response, 200, widget));
    await whole.get(WIDGETS, 'n', 'a');
    const { host } = server!.seen[0]!.headers;
    const access = async () => ({ baseUrl: `http://${host}`, headers: {}, dispatcher: watched });
    const client = ApiClient.over(trusted<ApiConnection>({ access }), { userAgent: 'test/1', timeoutMs: 10 });
    await client.get(WIDGETS, 'n', 'a', { timeoutMs: 60_000 });
    expect(bounds).toEqual([0]);
    await dispatcher.close();
  });

  it('waits for credentials no longer than for an answer, or than its caller does', async () => {
    const access = async () => await new Promise<never>(() => undefined);
    const connection = trusted<ApiConnection>({ access });
    const client = ApiClient.over(connection, { userAgent: 'test/1', timeoutMs: 10 });
    await expect(client.get(WIDGETS, 'n', 'a', { retry: false })).rejects.toThrow(/timeout/);
    const cutOff = new AbortController();
    const watching = client.watch(WIDGETS, 'n', { resourceVersion: '', timeoutSeconds: 1, signal: cutOff.signal });
    cutOff.abort(new Error('stopping'));
    await expect(watching).rejects.toThrow('stopping');
  });

  it('asks with what is valid now when its credentials are refused', async () => {
    let refusals = 0;
    const client = await clientOf((_, response) => {
      if (refusals++ === 0) answer(response, 401, { reason: 'Unauthorized' });
      else answer(response, 200, widget);
    });
    expect(await client.create(WIDGETS, 'n', widget, 'me')).toEqual(widget);
    expect(server!.seen).toHaveLength(2);
  });

  it('finds objects that are in no namespace', async () => {
    const client = await clientOf((_, response) => answer(response, 200, widget));
    await client.get(WIDGETS, '', 'a');
    expect(server!.seen[0]!.path).toBe('/apis/example.io/v1/widgets/a');
  });

  it('can ask for metadata only', async () => {
    const list = { kind: 'PartialObjectMetadataList', metadata: {}, items: null };
    const client = await clientOf((_, response) => answer(response, 200, list));
    expect(await client.list(WIDGETS, 'n', { metadataOnly: true })).toMatchObject({ items: [] });
    expect(server!.seen[0]!.headers.accept).toContain('as=PartialObjectMetadataList;g=meta.k8s.io;v=v1');
  });
});
