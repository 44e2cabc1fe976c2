import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { closeAll, expectCurrent, expectErrorAndClose, openAuthenticated, openSubscribed } from './clients.ts';
import { ackOf, batchOf, subscribeFrame, type SubscribeFields } from './messages.ts';
import { TYPE } from './raw-frame.ts';
import type { ServerProcess } from './server-process.ts';
import { startServer, TRANSPORTS } from './transport.ts';

describe.each(TRANSPORTS)('over %s', (transport) => {
  let server: ServerProcess;
  beforeAll(async () => {
    server = await startServer(transport, { FEED_SYMBOLS: 'AAPL,BTC-EUR,BTC-USD,MSFT' });
  });
  afterEach(closeAll);
  afterAll(() => server.stop());

  const hundred = Array.from({ length: 100 }, (_, index) => `S${index}`);
  const entries = (count: number): Record<string, string> =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`key${index}`, 'value']));

  describe('SUBSCRIBE is accepted', () => {
    it.each<[string, SubscribeFields]>([
      ['mode SECOND', { mode: 1 }],
      ['mode MINUTE', { mode: 2 }],
      ['100 symbols', { mode: 1, symbols: hundred }],
      ['a symbol of 16 characters', { mode: 1, symbols: ['ABCDEFGH.0-9_XYZ'] }],
      ['a well-formed symbol that the feed does not have', { mode: 1, symbols: ['NOSUCH'] }],
      ['the same symbol twice', { mode: 1, symbols: ['AAPL', 'AAPL'] }],
      ['*', { mode: 1, symbols: ['*'] }],
      ['a prefix', { mode: 1, symbols: ['BTC*'] }],
      ['20 entries of metadata', { mode: 1, metadata: entries(20) }],
      [
        'a metadata key of 64 and a value of 256 characters',
        { mode: 1, metadata: { ['k'.repeat(64)]: 'v'.repeat(256) } },
      ],
      ['start time 0', { mode: 1, startTimeMs: 0 }],
      ['a start time 4 minutes ahead', { mode: 1, startTimeMs: Date.now() + 240_000 }],
    ])('%s', async (_, fields) => {
      const connection = await openAuthenticated(server);
      const ack = ackOf(await connection.subscribe(fields));
      expect(ack).toMatchObject({ ackType: TYPE.SUBSCRIBE, success: true, message: 'Subscription confirmed' });
      expectCurrent(ack.timestampMs);
    });

    it('and the ACK says where the stream stands', async () => {
      const connection = await openAuthenticated(server);
      const { metadata } = ackOf(await connection.subscribe({ mode: 1 }));
      expect(metadata['epoch']).not.toBe('');
      expect(Number(metadata['stream_sequence'])).toBeGreaterThan(0);
      expect(Number(metadata['earliest_sequence'])).toBeGreaterThan(0);
    });
  });

  describe('SUBSCRIBE is refused with ERROR 4 and close', () => {
    it.each<[string, SubscribeFields]>([
      ['no mode', {}],
      ['mode 0', { mode: 0 }],
      ['mode 3', { mode: 3 }],
      ['mode -1', { mode: -1 }],
      ['101 symbols', { mode: 1, symbols: [...hundred, 'ONEMORE'] }],
      ['an empty symbol', { mode: 1, symbols: [''] }],
      ['a symbol of 17 characters', { mode: 1, symbols: ['ABCDEFGHIJKLMNOPQ'] }],
      ['a symbol in lower case', { mode: 1, symbols: ['aapl'] }],
      ['a symbol with a space', { mode: 1, symbols: ['AA PL'] }],
      ['a symbol beyond ASCII', { mode: 1, symbols: ['ÄÖÜ'] }],
      ['a bad symbol after good ones', { mode: 1, symbols: ['AAPL', 'MSFT', 'no'] }],
      ['a star in the middle', { mode: 1, symbols: ['A*L'] }],
      ['two stars', { mode: 1, symbols: ['**'] }],
      ['a start time 25 hours back', { mode: 1, startTimeMs: Date.now() - 25 * 3_600_000 }],
      ['a start time 6 minutes ahead', { mode: 1, startTimeMs: Date.now() + 360_000 }],
      ['a negative start time', { mode: 1, startTimeMs: -1 }],
      ['21 entries of metadata', { mode: 1, metadata: entries(21) }],
      ['an empty metadata key', { mode: 1, metadata: { '': 'v' } }],
      ['a metadata key of 65 characters', { mode: 1, metadata: { ['k'.repeat(65)]: 'v' } }],
      ['a metadata value of 257 characters', { mode: 1, metadata: { k: 'v'.repeat(257) } }],
    ])('%s', async (_, fields) => {
      const connection = await openAuthenticated(server);
      connection.send(subscribeFrame(fields));
      await expectErrorAndClose(connection, 4);
    });
  });

  describe('a second SUBSCRIBE', () => {
    it('for the same mode: ERROR 5 and close', async () => {
      const connection = await openSubscribed(server);
      connection.send(subscribeFrame({ mode: 1 }));
      await expectErrorAndClose(connection, 5);
    });

    it('for the same mode and other symbols: ERROR 5 and close', async () => {
      const connection = await openSubscribed(server, { symbols: ['AAPL'] });
      connection.send(subscribeFrame({ mode: 1, symbols: ['MSFT'] }));
      await expectErrorAndClose(connection, 5);
    });

    it('for the other mode: ERROR 4 and close', async () => {
      const connection = await openSubscribed(server);
      connection.send(subscribeFrame({ mode: 2 }));
      await expectErrorAndClose(connection, 4);
    });

    it('in the same segment as the first: ACK, ERROR 5, close', async () => {
      const connection = await openAuthenticated(server);
      connection.send(subscribeFrame({ mode: 1 }), subscribeFrame({ mode: 1 }));
      expect(ackOf(await connection.next()).ackType).toBe(TYPE.SUBSCRIBE);
      await expectErrorAndClose(connection, 5);
    });
  });

  describe('symbols filter the stream', () => {
    const symbolsSeen = async (symbols: string[], ticks: number): Promise<Set<string>> => {
      const connection = await openSubscribed(server, { symbols });
      const seen: string[] = [];
      while (seen.length < ticks) {
        seen.push(...batchOf(await connection.nextOf(TYPE.DATA_BATCH)).ticks.map(({ symbol }) => symbol));
      }
      return new Set(seen);
    };

    it.each([
      [[], ['AAPL', 'BTC-EUR', 'BTC-USD', 'MSFT']],
      [['*'], ['AAPL', 'BTC-EUR', 'BTC-USD', 'MSFT']],
      [['BTC*'], ['BTC-EUR', 'BTC-USD']],
      [['MSFT'], ['MSFT']],
      [
        ['MSFT', 'BTC-E*', 'NOSUCH'],
        ['BTC-EUR', 'MSFT'],
      ],
    ])('%j brings %j', async (symbols, expected) => {
      expect([...(await symbolsSeen(symbols, 20))].sort()).toEqual(expected);
    });

    it('a symbol that the feed does not have stays silent while heartbeats are answered', async () => {
      const silent = await openSubscribed(server, { symbols: ['NOSUCH'] });
      const loud = await openSubscribed(server, { symbols: ['AAPL'] });
      for (let count = 0; count < 5; count += 1) await loud.nextOf(TYPE.DATA_BATCH);
      expect(silent.frames.map(({ type }) => type)).toEqual([TYPE.ACK, TYPE.ACK]);
    });
  });
});
