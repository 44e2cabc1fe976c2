import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closeAll, expectErrorAndClose, openAuthenticated, openSubscribed } from './clients.ts';
import { eventually } from './eventually.ts';
import { TYPE } from './raw-frame.ts';
import { ADMIN_TOKEN, ServerProcess } from './server-process.ts';

let server: ServerProcess;
beforeAll(async () => {
  server = await ServerProcess.start({
    WORKERS: '2',
    ADMIN_TOKEN,
    FEED_TICK_INTERVAL_MS: '5',
    // Nobody is to be closed as slow, however long a case takes.
    MAX_WRITE_QUEUE_SIZE: '1000000',
    MAX_WRITE_QUEUE_BYTES: '1073741824',
    MAX_WRITE_QUEUE_AGE_MS: '600000',
    WRITE_DEADLINE_MS: '600000',
  });
});
afterEach(closeAll);
afterAll(() => server.stop());

interface Row {
  id: string;
  worker: number;
  address: string;
  user: string;
  state: string;
  mode: string | null;
  filter: string | null;
  pendingBytes: number;
  ageMs: number;
  sentFrames: number;
  sentBytes: number;
}

async function rows(query = ''): Promise<Row[]> {
  const { body } = await server.admin('GET', `/connections${query}`);
  return body['connections'] as Row[];
}

describe('a caller without the token', () => {
  it.each([
    ['none', {}],
    ['a wrong one', { authorization: 'Bearer another-token-altogether' }],
    ['another scheme', { authorization: `Basic ${ADMIN_TOKEN}` }],
    ['the beginning of it', { authorization: `Bearer ${ADMIN_TOKEN.slice(0, -1)}` }],
  ])('%s: 401 with a challenge, on every path alike', async (_, given) => {
    for (const path of ['/connections', '/drain', '/nothing']) {
      const { status, headers, body } = await server.admin('GET', path, undefined, { authorization: '', ...given });
      expect(status).toBe(401);
      expect(headers.get('www-authenticate')).toMatch(/^Bearer /);
      expect(body).toMatchObject({ error: expect.any(String), allowed: expect.stringContaining('Bearer') });
    }
  });
});

describe('a wrong request', () => {
  it.each<[string, string, unknown, number, string]>([
    ['GET', '/nothing', undefined, 404, '/connections'],
    ['POST', '/connections', undefined, 405, 'GET'],
    ['PATCH', '/drain', undefined, 405, 'GET, POST, DELETE'],
    ['GET', '/connections?limit=0', undefined, 400, '1 to 1000'],
    ['GET', '/connections?offset=x', undefined, 400, '0 to 100000'],
    ['POST', '/drain?seconds=soon', undefined, 400, '0 to 3600'],
    ['DELETE', '/connections/nobody', undefined, 404, 'GET /connections'],
    ['DELETE', '/connections/1-1', undefined, 404, 'GET /connections'],
    ['PUT', '/log-level', { level: 'loud' }, 400, 'debug'],
    ['PUT', '/log-level', '{', 400, 'JSON'],
    ['POST', '/rebalance', { connections: 1 }, 400, 'number'],
    ['POST', '/rebalance', [], 400, 'object'],
    ['PUT', '/log-level', { level: 'x'.repeat(20_000) }, 413, 'bytes'],
  ])('%s %s with %j: %i, and what would be right', async (method, path, body, status, allowed) => {
    const answer = await server.admin(method, path, body);
    expect(answer.status).toBe(status);
    expect(answer.body).toEqual({ error: expect.stringMatching(/./), allowed: expect.stringContaining(allowed) });
    if (status === 405) expect(answer.headers.get('allow')).toBe(allowed);
  });
});

describe('GET /connections', () => {
  it('tells of each connection, the one with the most bytes waiting first', async () => {
    await openAuthenticated(server);
    const reader = await openSubscribed(server, { symbols: ['MSFT', 'AAPL'] });
    const stalled = await openSubscribed(server);
    stalled.socket.pause();
    await reader.nextOf(TYPE.DATA_BATCH);
    await eventually('bytes to wait for the one that does not read', async () => (await rows())[0]!.pendingBytes > 0);
    const [first, ...others] = await rows();
    expect(first).toMatchObject({ filter: '*', state: 'subscribed', user: 'user1', address: '127.0.0.1' });
    expect(first!.sentBytes).toBeGreaterThan(first!.pendingBytes);
    expect(
      others.map(({ state, mode, filter }) => [state, mode, filter]).sort(([a], [b]) => (a! < b! ? -1 : 1)),
    ).toEqual([
      ['authenticated', null, null],
      ['subscribed', 'SECOND', 'AAPL,MSFT'],
    ]);
    expect(await rows('?limit=1&offset=1')).toMatchObject([{ id: others[0]!.id }]);
    const { body } = await server.admin('GET', '/connections?limit=1');
    expect(body).toMatchObject({ total: 3, offset: 0, limit: 1 });
  });
});

describe('DELETE /connections/ID', () => {
  it('closes that one with ERROR 13 and counts it as kicked', async () => {
    const witness = await openSubscribed(server);
    const known = new Set((await rows()).map(({ id }) => id));
    const victim = await openAuthenticated(server);
    const id = (await rows()).find((row) => !known.has(row.id))!.id;
    expect(await server.admin('DELETE', `/connections/${id}`)).toMatchObject({ status: 200, body: { kicked: id } });
    await expectErrorAndClose(victim, 13);
    expect((await server.metrics()).value('tick_storm_connections_closed_total', { reason: 'kicked' })).toBe(1);
    expect((await server.admin('DELETE', `/connections/${id}`)).status).toBe(404);
    await witness.nextOf(TYPE.DATA_BATCH);
  });
});

describe('/log-level', () => {
  it('changes what every process logs', async () => {
    expect((await server.admin('GET', '/log-level')).body).toEqual({ level: 'info' });
    expect((await server.admin('PUT', '/log-level', { level: 'debug' })).body).toEqual({ level: 'debug' });
    await eventually('a debug line of each worker', async () => {
      (await openAuthenticated(server)).close();
      const lines = server.logs.filter(({ level, process }) => level === 'debug' && process === 'worker');
      return new Set(lines.map(({ worker }) => worker)).size === 2;
    });
    await server.admin('PUT', '/log-level', { level: 'info' });
    expect((await server.admin('GET', '/log-level')).body).toEqual({ level: 'info' });
  });
});

describe('POST /rebalance', () => {
  it('asks so many of the clients that understand GOAWAY to move, at the rate, and nobody else', async () => {
    // So many that each worker has as many of them as it may have to ask, however the system shares them out.
    const movers = await Promise.all(
      Array.from({ length: 40 }, () => openAuthenticated(server, { features: ['goaway'] })),
    );
    const others = await Promise.all(Array.from({ length: 12 }, () => openSubscribed(server)));
    const told = (): number => movers.filter(({ frames }) => frames.some(({ type }) => type === TYPE.GOAWAY)).length;
    const startedMs = performance.now();
    const { status, body } = await server.admin('POST', '/rebalance', { connections: 8, perSecond: 5 });
    expect([status, body]).toEqual([200, { connections: 8, perSecond: 5 }]);
    await eventually('those to be told', () => told() === 8);
    // Two workers begin within two fifths of a second; the other six follow at 5 a second.
    expect(performance.now() - startedMs).toBeGreaterThan(1_000);
    const reasons = movers.flatMap(({ frames }) => frames.filter(({ type }) => type === TYPE.GOAWAY));
    for (const { payload } of reasons) expect(payload.toString('latin1')).toContain('rebalance');
    await Promise.all(others.map((other) => other.nextOf(TYPE.DATA_BATCH)));
    expect(others.every(({ isClosed }) => !isClosed)).toBe(true);
    // Who stays is closed when its time is over; nobody else is asked.
    await eventually('the end of those that stay', () => movers.filter(({ isClosed }) => isClosed).length === 8);
    expect(told()).toBe(8);
  });
});

describe('the token', () => {
  it('from a file can be changed while the server runs', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tick-token-'));
    const file = join(folder, 'token');
    await writeFile(file, `${ADMIN_TOKEN}\n`);
    const other = await ServerProcess.start({ ADMIN_TOKEN_FILE: file });
    const status = async (token: string): Promise<number> =>
      (await other.admin('GET', '/drain', undefined, { authorization: `Bearer ${token}` })).status;
    try {
      expect(await status(ADMIN_TOKEN)).toBe(200);
      await writeFile(file, 'another-token-altogether');
      await eventually('the new token', async () => (await status('another-token-altogether')) === 200);
      expect(await status(ADMIN_TOKEN)).toBe(401);
      await writeFile(file, 'short');
      await eventually('the complaint', () => other.logs.some(({ level }) => level === 'error'));
      expect(await status('another-token-altogether')).toBe(200);
    } finally {
      await other.stop();
      await rm(folder, { recursive: true });
    }
    expect(other.stderr).not.toMatch(/another-token|short\b.*token/);
  });

  it.each([
    [{ ADMIN_TOKEN: 'short' }, 'ADMIN_TOKEN'],
    [{ ADMIN_TOKEN_FILE: '/nonexistent/token' }, 'ADMIN_TOKEN_FILE'],
    [{ ADMIN_TOKEN, ADMIN_TOKEN_FILE: '/nonexistent/token' }, 'ADMIN_TOKEN_FILE'],
  ])('%j is refused at start', async (env, name) => {
    const { exit, logs } = await ServerProcess.run(env);
    expect(exit.code).toBe(78);
    expect(logs.map((entry) => entry['name'])).toEqual([name]);
  });

  it('that is not given keeps the port closed, and one line says so', async () => {
    const closed = await ServerProcess.start({});
    await closed.stop();
    expect(closed.adminPort).toBe(0);
    expect(closed.logs.filter(({ message }) => message?.startsWith('admin port is off'))).toHaveLength(1);
  });
});
