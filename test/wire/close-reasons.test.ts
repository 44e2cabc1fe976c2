import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { closeReasons, endingOf, type CloseReason } from '@tick-storm/server/session/close-reason';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { closeAll, open, openAuthenticated, openSubscribed } from './clients.ts';
import { eventually } from './eventually.ts';
import { authFrame, errorOf, subscribeFrame } from './messages.ts';
import type { RawConnection } from './raw-connection.ts';
import { frame, header, TYPE } from './raw-frame.ts';
import { PASSWORD, ServerProcess, USERNAME } from './server-process.ts';

afterEach(closeAll);

type Provoke = (server: ServerProcess) => Promise<RawConnection>;

async function afterAuth(server: ServerProcess, ...parts: Buffer[]): Promise<RawConnection> {
  const connection = await openAuthenticated(server);
  connection.send(...parts);
  return connection;
}

async function first(server: ServerProcess, bytes: Buffer, localAddress = '127.0.0.1'): Promise<RawConnection> {
  const connection = await open(server, { localAddress });
  connection.send(bytes);
  return connection;
}

/** One more connection than there may be. */
async function second(server: ServerProcess): Promise<RawConnection> {
  await openAuthenticated(server);
  return open(server);
}

const guess = authFrame({ username: USERNAME, password: 'guess' });

/** How to bring about each end that clients can, on a server with the settings below. */
const provocations: Partial<Record<CloseReason, Provoke>> = {
  client_closed: async (server) => {
    const connection = await openAuthenticated(server);
    connection.socket.end();
    return connection;
  },
  connection_reset: async (server) => {
    const connection = await openAuthenticated(server);
    connection.socket.resetAndDestroy();
    return connection;
  },
  address_blocked: (server) => open(server, { localAddress: '127.0.0.9' }),
  auth_timeout: (server) => open(server),
  not_a_frame: (server) => first(server, Buffer.from('GET / HTTP/1.1\r\n\r\n')),
  invalid_auth: (server) => first(server, guess, '127.0.0.20'),
  auth_rate_limited: async (server) => {
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await (await first(server, guess, '127.0.0.21')).untilClosed();
    }
    return first(server, authFrame({ username: USERNAME, password: PASSWORD }), '127.0.0.21');
  },
  auth_required: (server) => first(server, frame(TYPE.HEARTBEAT)),
  already_authenticated: (server) => afterAuth(server, guess),
  invalid_subscription: (server) => afterAuth(server, subscribeFrame({ mode: 9 })),
  already_subscribed: (server) => afterAuth(server, subscribeFrame({ mode: 1 }), subscribeFrame({ mode: 1 })),
  subscribe_timeout: (server) => openAuthenticated(server),
  heartbeat_timeout: (server) => openSubscribed(server),
  invalid_message: (server) => afterAuth(server, frame(99)),
  checksum_failed: (server) => afterAuth(server, frame(TYPE.HEARTBEAT, Buffer.alloc(0), { crcFlip: 1 })),
  protocol_version: (server) => afterAuth(server, frame(TYPE.HEARTBEAT, Buffer.alloc(0), { version: 2 })),
  message_too_large: (server) => afterAuth(server, header(TYPE.SUBSCRIBE, 65_537)),
  server_full: second,
  connection_limit: second,
  connection_rate: async (server) => {
    const crowd = await Promise.all(Array.from({ length: 3 }, () => open(server)));
    await crowd[0]!.until(() => crowd.some(({ frames }) => frames.length > 0), 'one to be refused');
    return crowd.find(({ frames }) => frames.length > 0)!;
  },
  user_limit: async (server) => {
    await openAuthenticated(server);
    return first(server, authFrame({ username: USERNAME, password: PASSWORD }));
  },
};

const quick = {
  LOG_LEVEL: 'debug',
  IP_BLOCKLIST: '127.0.0.9',
  AUTH_MAX_ATTEMPTS: '3',
  AUTH_TIMEOUT: '2s',
  SUBSCRIBE_TIMEOUT: '2s',
  HEARTBEAT_INTERVAL_MS: '1000',
  HEARTBEAT_TIMEOUT_MS: '3000',
  DRAIN_SECONDS: '1',
};

/** Settings without which a client cannot bring a reason about. */
const special: Partial<Record<CloseReason, Readonly<Record<string, string>>>> = {
  server_full: { MAX_CONNECTIONS: '1' },
  connection_limit: { MAX_CONNECTIONS_PER_IP: '1' },
  connection_rate: { CONNECTION_RATE_LIMIT_PER_IP: '1' },
  user_limit: { MAX_CONNECTIONS_PER_USER: '1' },
};

/** Ends that take a slow client, another kind of server or an administrator: where they are provoked. */
const elsewhere: Partial<Record<CloseReason, string>> = {
  tls_failed: 'test/wire/tls.test.ts: closes a client that speaks no TLS without a frame',
  proxy_header: 'test/wire/proxy-protocol.test.ts: proxy_header',
  auth_overloaded: 'server/src/session/session-model.test.ts: auth_overloaded',
  write_queue_frames: 'test/wire/limits.test.ts: write_queue_frames',
  write_queue_bytes: 'test/wire/slow-consumers.test.ts: write_queue_',
  write_queue_age: 'test/wire/slow-consumers.test.ts: write_queue_',
  write_deadline: 'test/wire/limits.test.ts: write_deadline',
  user_removed: 'test/wire/users.test.ts: user_removed',
  server_draining: 'test/wire/process.test.ts: flushes and closes every connection, and exits 0',
  history_passed: 'server/src/fanout/catch-ups.test.ts: behind',
  rebalanced: 'server/src/worker/departure.test.ts: rebalanced',
  kicked: 'test/wire/admin.test.ts: kicked',
  resource_breach: 'test/wire/fill-up.test.ts: above its limit refuses with ERROR 12, says so, and stays ready',
  shed: 'server/src/resources/breach-states.test.ts: shed',
};

const provoked = closeReasons.filter((reason) => provocations[reason] !== undefined);

async function expectReason(server: ServerProcess, reason: CloseReason): Promise<void> {
  const labels = { reason };
  const counted = async (): Promise<number> =>
    (await server.metrics()).value('tick_storm_connections_closed_total', labels);
  const before = await counted();
  const connection = await provocations[reason]!(server);
  await connection.until(() => connection.isClosed, 'the close');
  await eventually('the metric', async () => (await counted()) > before);
  await eventually('the line', () =>
    server.logs.some((entry) => entry.message === 'connection closed' && entry['reason'] === reason),
  );
  const errors = connection.frames.filter(({ type }) => type === TYPE.ERROR).map((error) => errorOf(error).code);
  const { code } = endingOf(reason);
  expect(errors).toEqual(code === undefined ? [] : [code]);
}

describe('a close reason', () => {
  let server: ServerProcess;
  beforeAll(async () => {
    server = await ServerProcess.start(quick);
  });
  afterAll(() => server.stop());

  it.each(provoked)('%s is what the log, the metric and the wire say', async (reason) => {
    if (special[reason] === undefined) return expectReason(server, reason);
    const other = await ServerProcess.start({ ...quick, ...special[reason] });
    try {
      await expectReason(other, reason);
    } finally {
      await other.stop();
    }
  });

  it('has a case, each of them', () => {
    const repository = join(import.meta.dirname, '..', '..');
    const missing = closeReasons.filter((reason) => {
      if (provocations[reason]) return false;
      const [file, title] = (elsewhere[reason] ?? '').split(': ');
      return !file || !title || !readFileSync(join(repository, file), 'utf8').includes(title);
    });
    expect(missing).toEqual([]);
  });
});
