import { afterEach, describe, expect, it } from '@jest/globals';
import type { ResourceType } from './resource-type.ts';
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
      timeoutMs: 20,
      retry: { attempts: 2, firstDelayMs: 1, longestDelayMs: 1 },
    });
    await expect(client.get(WIDGETS, 'n', 'a')).rejects.toThrow(/timeout/i);
    expect(server!.seen).toHaveLength(2);
  });

  it('takes an object that is gone, or replaced by another, for deleted', async () => {
    const client = await clientOf((_, response) => answer(response, 409, { reason: 'Conflict' }));
    await client.delete(WIDGETS, 'n', 'a', 'uid-1');
    expect(JSON.parse(server!.seen[0]!.body)).toMatchObject({ preconditions: { uid: 'uid-1' } });
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
});
