import {
  decodeAuthRequest,
  decodeSubscribeRequest,
  encodeAckResponse,
  encodeDataBatch,
  encodeErrorResponse,
  encodeFrame,
  encodeGoAway,
  FrameDecoder,
  MessageType,
  type DataBatch,
  type Frame,
} from '@tick-storm/protocol';
import { describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { duplexPair, type Duplex } from 'node:stream';
import { TickStormClient } from './client.ts';
import type { TickStormError } from './errors.ts';
import type { BatchInfo, GoAwayNotice, StateChange } from './events.ts';
import type { Gap } from './gap.ts';
import { resolveOptions, type ConnectOptions } from './options.ts';
import type { Subscription } from './subscription.ts';
import type { Tick } from './tick.ts';

/** The server's end of one connection, played by the test. */
class Peer {
  readonly stream: Duplex;
  readonly #decoder = new FrameDecoder();
  readonly #frames: Frame[] = [];

  constructor(stream: Duplex) {
    this.stream = stream;
    stream.on('error', () => {});
    stream.on('end', () => stream.end());
    stream.on('data', (chunk: Buffer) => {
      this.#decoder.push(chunk);
      for (let frame = this.#decoder.next(); frame; frame = this.#decoder.next()) {
        this.#frames.push(frame);
        stream.emit('frame');
      }
    });
  }

  async frame(type: number): Promise<Frame> {
    for (;;) {
      const frame = this.#frames.shift();
      if (!frame) await once(this.stream, 'frame');
      else if (frame.type === type) return frame;
    }
  }

  send(type: number, payload: Uint8Array): void {
    this.stream.write(encodeFrame(type, payload));
  }

  async acceptAuth(metadata: Record<string, string> = {}): Promise<void> {
    await this.frame(MessageType.AUTH);
    this.send(MessageType.ACK, encodeAckResponse({ ackType: MessageType.AUTH, success: true, metadata }));
  }

  async acceptSubscribe(epoch = 'a', sequence = 0): Promise<Frame> {
    const frame = await this.frame(MessageType.SUBSCRIBE);
    const metadata = { epoch, stream_sequence: String(sequence) };
    this.send(MessageType.ACK, encodeAckResponse({ ackType: MessageType.SUBSCRIBE, success: true, metadata }));
    return frame;
  }

  sendTicks(first: number, count: number, more: Omit<Partial<DataBatch>, 'ticks'> = {}): void {
    const ticks = Array.from({ length: count }, (_, index) => ({
      symbol: 'AAPL',
      timestampMs: first + index,
      price: 1,
      mode: 1,
    }));
    const fields = { batchSequence: 1, streamSequence: first, previousSequence: first - 1, ...more };
    this.send(MessageType.DATA_BATCH, encodeDataBatch({ ...fields, ticks }));
  }

  refuse(code: number): void {
    this.send(MessageType.ERROR, encodeErrorResponse({ code, message: 'no', details: 'why', timestampMs: 5 }));
    this.stream.end();
  }
}

/** A client whose connections end in peers, one after another. */
class Bench {
  readonly client: TickStormClient;
  readonly states: StateChange[] = [];
  readonly gaps: Gap[] = [];
  readonly batches: BatchInfo[] = [];
  readonly goAways: GoAwayNotice[] = [];
  readonly errors: TickStormError[] = [];
  readonly #peers: Peer[] = [];
  #opened: (() => void)[] = [];

  constructor(options: Partial<ConnectOptions> = {}) {
    const settings = resolveOptions({
      address: 'server:1',
      username: 'user1',
      password: 'pass1',
      reconnect: { baseDelayMs: 1, maxDelayMs: 1 },
      ...options,
    });
    const transport = (): Duplex => {
      const [ours, theirs] = duplexPair();
      this.#peers.push(new Peer(theirs));
      for (const wake of this.#opened.splice(0)) wake();
      return ours;
    };
    this.client = new TickStormClient(settings, transport, () => 0);
    this.client.on('state', (change) => this.states.push(change));
    this.client.on('gap', (gap) => this.gaps.push(gap));
    this.client.on('batch', (batch) => this.batches.push(batch));
    this.client.on('goaway', (notice) => this.goAways.push(notice));
    this.client.on('error', (error) => this.errors.push(error));
  }

  /** The connection number `index`, from 0, once it is opened. */
  async peer(index: number): Promise<Peer> {
    while (this.#peers.length <= index) await new Promise<void>((resolve) => this.#opened.push(resolve));
    return this.#peers[index]!;
  }

  /** A client that is subscribed over its first connection. */
  async subscribe(): Promise<{ peer: Peer; ticks: Subscription }> {
    const ticks = this.client.subscribe();
    const peer = await this.peer(0);
    await peer.acceptAuth({ instance: 'pod-1', server_version: '0.1.0', features: 'goaway' });
    await peer.acceptSubscribe();
    return { peer, ticks };
  }
}

async function take(ticks: Subscription, count: number): Promise<Tick[]> {
  const taken: Tick[] = [];
  while (taken.length < count) {
    const { value } = await ticks.next();
    if (!value) throw new Error(`the iteration ended after ${taken.length} ticks`);
    taken.push(value);
  }
  return taken;
}

function sequences(ticks: readonly Tick[]): (number | undefined)[] {
  return ticks.map((tick) => tick.sequence);
}

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
    expect(auth).toMatchObject({ username: 'user1', password: 'pass1', clientId: 'bench', features: ['goaway'] });
    const metadata = { instance: 'pod-1', server_version: '0.1.0', features: 'goaway' };
    peer.send(MessageType.ACK, encodeAckResponse({ ackType: MessageType.AUTH, success: true, metadata }));
    const request = decodeSubscribeRequest((await peer.acceptSubscribe()).payload);
    expect(request).toMatchObject({ mode: 2, symbols: ['AAPL', 'BTC*'] });
    expect(await bench.client.ready()).toEqual({
      address: 'server:1',
      instance: 'pod-1',
      version: '0.1.0',
      features: ['goaway'],
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
      server: { name: 'INVALID_AUTH', message: 'no', details: 'why' },
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

  it('reconnects, subscribes again, drops duplicates and tells the gap', async () => {
    const bench = new Bench();
    const { peer, ticks } = await bench.subscribe();
    peer.sendTicks(1, 3, { epoch: 'a' });
    expect(sequences(await take(ticks, 3))).toEqual([1, 2, 3]);
    peer.stream.end();

    const second = await bench.peer(1);
    await second.acceptAuth({ instance: 'pod-2' });
    await second.acceptSubscribe('a', 2);
    second.sendTicks(2, 3, { epoch: 'a' });
    expect(sequences(await take(ticks, 1))).toEqual([4]);
    expect(bench.gaps).toEqual([]);
    expect(bench.client.server?.instance).toBe('pod-2');
    second.stream.end();

    const third = await bench.peer(2);
    await third.acceptAuth();
    await third.acceptSubscribe('a', 9);
    third.sendTicks(10, 1, { epoch: 'a' });
    expect(sequences(await take(ticks, 1))).toEqual([10]);
    expect(bench.gaps).toEqual([{ reason: 'reconnect', epoch: 'a', fromSequence: 5, toSequence: 9, missingTicks: 5 }]);
    expect(bench.errors.map((error) => error.kind)).toEqual(['lost', 'lost']);
    expect(bench.states.map((change) => change.state)).toContain('waiting');
    expect(ticks.position).toEqual({ epoch: 'a', sequence: 10 });
    await bench.client.close();
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
    for (let batch = 0; batch < 50; batch += 1) peer.sendTicks(1 + batch * 200, 200);
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
      { reason: 'slow-consumer', epoch: 'a', fromSequence: 1, toSequence: 500, missingTicks: 500 },
    ]);
    expect(sequences(await take(ticks, 1_000)).slice(0, 1)).toEqual([501]);
    await bench.client.close();
  });

  it('leaves a server that says GOAWAY and goes on elsewhere', async () => {
    const bench = new Bench();
    const { peer, ticks } = await bench.subscribe();
    peer.send(MessageType.GOAWAY, encodeGoAway({ reason: 'drain', reconnectWithinMs: 20, deadlineMs: 99 }));
    const second = await bench.peer(1);
    await second.acceptAuth();
    await second.acceptSubscribe('a', 0);
    second.sendTicks(1, 1, { epoch: 'a' });
    expect(sequences(await take(ticks, 1))).toEqual([1]);
    expect(bench.goAways).toEqual([{ reason: 'drain', reconnectWithinMs: 20, deadlineMs: 99 }]);
    expect(bench.errors).toEqual([]);
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
