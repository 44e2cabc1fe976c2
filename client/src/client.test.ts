import {
  decodeAuthRequest,
  decodeSubscribeRequest,
  encodeAckResponse,
  encodeFrame,
  MessageType,
} from '@tick-storm/protocol';
import { describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { batchFrame, Bench, RESUMES, sequences } from './testing/scripted-server.ts';
import { take } from './testing/take.ts';
import type { Tick } from './tick.ts';

describe('TickStormClient', () => {
  it('authenticates, subscribes, iterates, and closes when the loop is left', async () => {
    const bench = new Bench({ clientId: 'bench' });
    const loop = (async () => {
      const seen: Tick[] = [];
      for await (const tick of bench.client.subscribe({ symbols: ['AAPL', 'BTC*'], mode: 'minute' })) {
        seen.push(tick);
        if (seen.length === 3) break;
      }
      return seen;
    })();
    const peer = await bench.peer(0);
    const auth = decodeAuthRequest((await peer.frame(MessageType.AUTH)).payload);
    expect(auth).toMatchObject({
      username: 'user1',
      password: 'pass1',
      clientId: 'bench',
      features: ['goaway', 'resume'],
    });
    const metadata = { instance: 'pod-1', ...RESUMES };
    peer.send(MessageType.ACK, encodeAckResponse({ ackType: MessageType.AUTH, success: true, metadata }));
    const request = decodeSubscribeRequest((await peer.acceptSubscribe()).payload);
    expect(request).toMatchObject({ mode: 2, symbols: ['AAPL', 'BTC*'] });
    expect(await bench.client.ready()).toEqual({
      address: 'server:1',
      instance: 'pod-1',
      version: '0.1.0',
      features: ['goaway', 'resume'],
    });
    peer.sendTicks(1, 4, { epoch: 'a' });
    expect(sequences(await loop)).toEqual([1, 2, 3]);
    expect(bench.client.state).toBe('closed');
    expect(bench.states.map((change) => change.state)).toEqual(['ready', 'subscribed', 'closed']);
    expect(bench.batches).toMatchObject([{ ticks: 4, firstSequence: 1, lastSequence: 4, epoch: 'a' }]);
    expect([bench.errors, bench.gaps]).toEqual([[], []]);
  });

  it('throws what the server says when it refuses, without trying again', async () => {
    const bench = new Bench();
    const ticks = bench.client.subscribe();
    const ready = bench.client.ready();
    const peer = await bench.peer(0);
    peer.refuse(1);
    const expected = {
      kind: 'server',
      isRetryable: false,
      server: {
        name: 'INVALID_AUTH',
        message: 'no',
        details: 'why',
        earliestSequence: undefined,
        epoch: undefined,
      },
    };
    await expect(ready).rejects.toMatchObject(expected);
    await expect(ticks.next()).rejects.toMatchObject(expected);
    expect(await ticks.next()).toEqual({ done: true, value: undefined });
    expect(bench.errors[0]?.message).toBe('server:1 refuses: INVALID_AUTH: no (why)');
    expect(() => bench.client.subscribe()).toThrow('the client is closed');
  });

  it('delivers the ticks that came before an error, then throws it', async () => {
    const bench = new Bench();
    const { peer, ticks } = await bench.subscribe();
    peer.sendTicks(1, 2);
    peer.refuse(8);
    expect(sequences(await take(ticks, 2))).toEqual([1, 2]);
    await expect(ticks.next()).rejects.toMatchObject({ server: { name: 'INVALID_MESSAGE' } });
  });

  it('gives up a connection on which nothing arrives, heartbeats notwithstanding', async () => {
    const bench = new Bench({ heartbeatIntervalMs: 5, heartbeatTimeoutMs: 40, reconnect: false });
    const { peer, ticks } = await bench.subscribe();
    await peer.frame(MessageType.HEARTBEAT);
    await expect(ticks.next()).rejects.toMatchObject({ kind: 'timeout' });
  });

  it('gives up a server that does not answer AUTH, and one that does not answer SUBSCRIBE', async () => {
    const silent = new Bench({ connectTimeoutMs: 10 });
    await expect(silent.client.ready()).rejects.toThrow('no answer to AUTH from server:1 within 10 ms');
    const half = new Bench({ subscribeTimeoutMs: 10, reconnect: false });
    const ticks = half.client.subscribe();
    await (await half.peer(0)).acceptAuth();
    await expect(ticks.next()).rejects.toThrow('no answer to SUBSCRIBE from server:1 within 10 ms');
  });

  it.each([
    ['bytes that are no frame', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['a frame that only a client sends', encodeFrame(MessageType.AUTH)],
    ['ticks that were not asked for', encodeFrame(MessageType.DATA_BATCH)],
    ['an undecodable ACK', encodeFrame(MessageType.ACK, Buffer.from([0xff]))],
  ])('says that the server does not keep to the protocol on %s', async (_, bytes) => {
    const bench = new Bench();
    const ready = bench.client.ready();
    (await bench.peer(0)).stream.write(bytes);
    await expect(ready).rejects.toMatchObject({ kind: 'protocol' });
    await expect(ready).rejects.toThrow('server:1 does not keep to the protocol: ');
  });

  it('stops reading while the consumer is slow, and loses nothing', async () => {
    const bench = new Bench({ bufferTicks: 1_000 });
    const { peer, ticks } = await bench.subscribe();
    const frames = Array.from({ length: 50 }, (_, batch) => batchFrame(1 + batch * 200, 200));
    // Several frames to a chunk, and some that straddle two.
    const bytes = Buffer.concat(frames);
    for (let at = 0; at < bytes.length; at += 40_000) peer.stream.write(bytes.subarray(at, at + 40_000));
    expect(sequences(await take(ticks, 10_000))).toEqual(Array.from({ length: 10_000 }, (_, index) => index + 1));
    expect(bench.gaps).toEqual([]);
    await bench.client.close();
  });

  it('drops the oldest ticks when told to, and says which', async () => {
    const bench = new Bench({ bufferTicks: 1_000, whenFull: 'drop-oldest' });
    const { peer, ticks } = await bench.subscribe();
    for (let batch = 0; batch < 3; batch += 1) peer.sendTicks(1 + batch * 500, 500);
    while (bench.batches.length < 3) await once(bench.client, 'batch');
    expect(bench.gaps).toEqual([
      { reason: 'slow-consumer', epoch: 'a', fromSequence: 1, toSequence: 500, missingTicks: 500, newEpoch: undefined },
    ]);
    expect(sequences(await take(ticks, 1_000)).slice(0, 1)).toEqual([501]);
    await bench.client.close();
  });

  it('ends the iteration on close, and throws the reason on abort', async () => {
    const closed = new Bench();
    const first = closed.client.subscribe();
    const waiting = first.next();
    await closed.client.close();
    expect(await waiting).toEqual({ done: true, value: undefined });
    await expect(closed.client.ready()).rejects.toThrow('the client is closed');

    const aborted = new Bench();
    const second = aborted.client.subscribe();
    const rejected = second.next();
    void aborted.client.abort(new Error('enough'));
    await expect(rejected).rejects.toThrow('enough');
    expect(aborted.client.state).toBe('closed');
  });

  it('checks what is subscribed to', () => {
    const { client } = new Bench();
    expect(() => client.subscribe({ symbols: ['aapl'] })).toThrow('symbols[0] is not valid');
    // @ts-expect-error: what a caller without types may pass
    expect(() => client.subscribe({ mode: 'hour' })).toThrow('mode is "hour"; second or minute is needed');
    client.subscribe();
    expect(() => client.subscribe()).toThrow('this client has a subscription already');
    void client.close();
  });
});
