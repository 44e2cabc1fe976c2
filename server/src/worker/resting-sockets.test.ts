import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { loadLibc, type Libc } from '../limits/libc.ts';
import { directDescriptor, NO_DESCRIPTOR } from './direct-send.ts';
import { RestingSockets, type RestingOwner } from './resting-sockets.ts';
import { passEvents } from './socket-events.ts';
import { socketPair } from './socket-pair-fixture.ts';

const libc = await loadLibc();
const sockets: Socket[] = [];

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

/** An owner that writes down what it is told. */
class Owner implements RestingOwner {
  readonly told: string[] = [];
  descriptor = NO_DESCRIPTOR;
  readonly #resting: RestingSockets;
  #socket: Socket | undefined;

  constructor(resting: RestingSockets) {
    this.#resting = resting;
  }

  onData(chunk: Buffer): void {
    this.told.push(`${this.#socket ? 'stream' : 'poll'}: ${chunk.toString()}`);
  }

  onEnd(): void {
    this.told.push('end');
  }

  onSocketFailed(): void {
    this.told.push('failed');
  }

  onSocketClosed(hadError: boolean): void {
    this.told.push(hadError ? 'closed after a failure' : 'closed');
  }

  wake(): Socket {
    if (!this.#socket) {
      this.#socket = this.#resting.wake(this.descriptor, this);
      sockets.push(this.#socket);
    }
    return this.#socket;
  }

  /** Looks at all that rest until this one was told something more. */
  async next(): Promise<string> {
    const before = this.told.length;
    while (this.told.length === before) {
      this.#resting.poll();
      await delay(1);
    }
    return this.told[before]!;
  }
}

function open(using: Libc = libc): RestingSockets {
  const epoll = libc.openEpoll();
  if (!epoll) throw new Error('the system gives no set of descriptors');
  return new RestingSockets(using, epoll);
}

async function restingPair(resting: RestingSockets): Promise<{ owner: Owner; client: Socket; accepted: Socket }> {
  const [accepted, client] = await socketPair();
  sockets.push(accepted, client);
  client.on('error', () => {});
  const owner = new Owner(resting);
  passEvents(accepted, owner);
  owner.descriptor = resting.take(accepted, owner);
  return { owner, client, accepted };
}

describe('RestingSockets', () => {
  it('reads what comes without a stream, and keeps the connection open', async () => {
    const resting = open();
    const { owner, client, accepted } = await restingPair(resting);
    expect([resting.size, accepted.destroyed]).toEqual([1, true]);
    client.write('one');
    expect(await owner.next()).toBe('poll: one');
    client.write('two');
    expect(await owner.next()).toBe('poll: two');
    // The stream that was given up has told nothing of its end.
    expect(owner.told).toEqual(['poll: one', 'poll: two']);
    const came = once(client, 'data');
    expect(libc.send(owner.descriptor, Buffer.from('answer'))).toBe(6);
    expect(String((await came)[0])).toBe('answer');
  });

  it('wakes one into a stream, which goes on where it was', async () => {
    const resting = open();
    const { owner, client } = await restingPair(resting);
    client.write('before');
    expect(await owner.next()).toBe('poll: before');
    const stream = owner.wake();
    expect([resting.size, directDescriptor(stream)]).toEqual([0, owner.descriptor]);
    client.write('after');
    expect(await owner.next()).toBe('stream: after');
    const came = once(client, 'data');
    stream.write('answer');
    expect(String((await came)[0])).toBe('answer');
  });

  it('leaves the end of a client to a stream, with what came before it', async () => {
    const { owner, client } = await restingPair(open());
    client.end('last');
    await owner.next();
    while (owner.told.length < 2) await delay(1);
    expect(owner.told).toEqual(['stream: last', 'end']);
  });

  it('leaves a reset to a stream, too', async () => {
    const { owner, client } = await restingPair(open());
    client.resetAndDestroy();
    expect(await owner.next()).toBe('failed');
    while (owner.told.length < 2) await delay(1);
    expect(owner.told).toEqual(['failed', 'closed after a failure']);
  });

  it('tells of a failure that only its own read has seen', async () => {
    const { owner, client } = await restingPair(open({ ...libc, receive: () => -104 }));
    client.write('lost');
    expect(await owner.next()).toBe('failed');
    while (owner.told.length < 2) await delay(1);
    expect(owner.told).toEqual(['failed', 'closed after a failure']);
  });

  it('reads of each of many, more than one look tells of', async () => {
    const resting = open();
    const pairs = await Promise.all(Array.from({ length: 300 }, () => restingPair(resting)));
    const all = pairs.map(({ client }) => new Promise((resolve) => client.write('ping', resolve)));
    await Promise.all(all);
    // Over loopback what is written has come.
    resting.poll();
    expect(pairs.filter(({ owner }) => owner.told.join() === 'poll: ping')).toHaveLength(300);
  });

  it('wakes some at a time when many end at once, and reads of the others meanwhile', async () => {
    const resting = open();
    const pairs = await Promise.all(Array.from({ length: 300 }, () => restingPair(resting)));
    const [talking, ...ending] = pairs;
    await Promise.all(ending.map(({ client }) => new Promise<void>((resolve) => client.end(resolve))));
    await new Promise((resolve) => talking!.client.write('ping', resolve));
    resting.poll();
    expect(resting.size).toBe(200);
    while (resting.size > 1) resting.poll();
    expect(talking!.owner.told).toEqual(['poll: ping']);
    while (ending.some(({ owner }) => owner.told.length === 0)) await delay(1);
    expect(new Set(ending.map(({ owner }) => owner.told[0]))).toEqual(new Set(['end']));
  });

  it('leaves the stream as it was where the system refuses', async () => {
    for (const refusal of [{ duplicate: () => -24 }, { duplicate: () => 1_000_000 }]) {
      const closed: number[] = [];
      const resting = open({ ...libc, ...refusal, closeDescriptor: (descriptor) => closed.push(descriptor) });
      const { owner, client, accepted } = await restingPair(resting);
      expect([owner.descriptor, resting.size, accepted.destroyed]).toEqual([NO_DESCRIPTOR, 0, false]);
      expect(closed).toEqual(refusal.duplicate() < 0 ? [] : [1_000_000]);
      client.write('still');
      while (owner.told.length === 0) await delay(1);
      expect(owner.told).toEqual(['poll: still']);
    }
  });

  it('tells of a descriptor that no stream can be made of', async () => {
    const resting = open();
    const { owner } = await restingPair(resting);
    libc.closeDescriptor(owner.descriptor);
    owner.wake();
    while (owner.told.length < 2) await delay(1);
    expect(owner.told).toEqual(['failed', 'closed']);
  });
});
