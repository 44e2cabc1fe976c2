import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { closeAll, openSubscribed } from './clients.ts';
import { eventually } from './eventually.ts';
import { GOLDEN_AUTH } from './golden.ts';
import { authFrame } from './messages.ts';
import { RawConnection } from './raw-connection.ts';
import { frame, TYPE } from './raw-frame.ts';
import { ADMIN_TOKEN, type LogEntry, ServerProcess } from './server-process.ts';
import { startServer } from './transport.ts';

/** Of each kind; at that many a line each would be a flood. */
const PROVOCATIONS = 600;
const AT_ONCE = 10;
/** Lines of a kind in an interval before the rest is left out, and how long that is: as docs/operations.md says. */
const SHOWN = 5;
const INTERVAL_MS = 10_000;

let server: ServerProcess;
let tlsServer: ServerProcess;
beforeAll(async () => {
  const blocked = { IP_BLOCKLIST: '127.0.0.9' };
  server = await ServerProcess.start({ ADMIN_TOKEN, ...blocked });
  tlsServer = await startServer('TLS');
});
afterEach(closeAll);
afterAll(async () => {
  await server.stop();
  await tlsServer.stop();
});

/** Without TLS, whatever the server speaks. */
async function provoke(port: number, bytes: Buffer, localAddress = '127.0.0.1'): Promise<void> {
  const connection = await RawConnection.open(port, { localAddress });
  connection.send(bytes);
  await connection.untilClosed();
  connection.close();
}

const wrong = authFrame({ username: 'nobody', password: 'nothing' });
const floods: Readonly<Record<string, () => Promise<unknown>>> = {
  invalid_auth: () => provoke(server.port, wrong),
  auth_required: () => provoke(server.port, frame(TYPE.HEARTBEAT)),
  not_a_frame: () => provoke(server.port, Buffer.from('GET / HTTP/1.1\r\n\r\n')),
  address_blocked: () => provoke(server.port, Buffer.alloc(0), '127.0.0.9'),
  tls_failed: () => provoke(tlsServer.port, GOLDEN_AUTH),
  no_token: () => server.admin('GET', '/drain', undefined, { authorization: 'Bearer none' }),
};
const kinds = Object.keys(floods);

const logs = (): LogEntry[] => [...server.logs, ...tlsServer.logs];
const shown = (kind: string): LogEntry[] =>
  logs().filter(
    ({ message, reason }) => reason === kind || (kind === 'no_token' && /without the token/.test(message!)),
  );
const counts = (kind: string): LogEntry[] => logs().filter((entry) => entry['kind'] === kind);

describe('thousands of clients that are refused', () => {
  let tookMs = 0;
  beforeAll(async () => {
    const startedMs = performance.now();
    for (let done = 0; done < PROVOCATIONS; done += AT_ONCE) {
      const all = kinds.flatMap((kind) => Array.from({ length: AT_ONCE }, () => floods[kind]!()));
      await Promise.all(all);
    }
    tookMs = performance.now() - startedMs;
  });

  it.each(kinds)('%s: leave a few lines, and one that counts the rest', async (kind) => {
    const told = (): number =>
      counts(kind).reduce((sum, { suppressed }) => sum + Number(suppressed), shown(kind).length);
    await eventually('each to be shown or counted', () => told() === PROVOCATIONS);
    // Not the lines that count: in the last interval there may have been too few for one.
    const intervals = Math.floor(tookMs / INTERVAL_MS) + 1;
    expect(shown(kind).length).toBeGreaterThan(0);
    expect(shown(kind).length).toBeLessThanOrEqual(SHOWN * intervals);
    const [first] = counts(kind);
    expect(first!.message).toBe(`suppressed ${String(first!['suppressed'])} similar`);
  });

  it('are in nobody’s way', async () => {
    await (await openSubscribed(server)).nextOf(TYPE.DATA_BATCH);
    await (await openSubscribed(tlsServer)).nextOf(TYPE.DATA_BATCH);
  });
});
