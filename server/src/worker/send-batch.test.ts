import type { Socket } from 'node:net';
import { constants } from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Aio } from '../limits/aio.ts';
import { loadLibc } from '../limits/libc.ts';
import { directDescriptor } from './direct-send.ts';
import { SEND_BATCH, sendOneByOne, sendTogether, type SystemSendAll } from './send-batch.ts';
import { socketPair } from './socket-pair-fixture.ts';

const libc = await loadLibc();
const aio = libc.openAio(SEND_BATCH);
if (!aio) throw new Error('the system has no room for an aio context');
const ways: [string, SystemSendAll][] = [
  ['together', sendTogether(aio, libc.send)],
  ['one by one', sendOneByOne(libc.send)],
];
/** Is nobody's. */
const CLOSED_DESCRIPTOR = 999_999;
const sockets: Socket[] = [];

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

async function connections(count: number): Promise<{ accepted: Socket; client: Socket; descriptor: number }[]> {
  const pairs = await Promise.all(Array.from({ length: count }, () => socketPair()));
  sockets.push(...pairs.flat());
  return pairs.map(([accepted, client]) => ({ accepted, client, descriptor: directDescriptor(accepted) }));
}

function read(client: Socket, bytes: number): Promise<Buffer> {
  return new Promise((resolve) => {
    let received = Buffer.alloc(0);
    client.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      if (received.length >= bytes) resolve(received);
    });
  });
}

function sendTo(sendAll: SystemSendAll, descriptors: readonly number[], bytes: Buffer): number[] {
  const taken = new Int32Array(SEND_BATCH);
  sendAll(Int32Array.from(descriptors), descriptors.length, bytes, taken);
  return [...taken.subarray(0, descriptors.length)];
}

describe.each(ways)('sending to many, %s', (_way, sendAll) => {
  it.each([1, 7, 8, SEND_BATCH])('gives all bytes to each of %s', async (count) => {
    const all = await connections(count);
    // Not at the start of its memory, as a packet of the link is not.
    const bytes = Buffer.from('before it: a frame').subarray(11);
    const received = Promise.all(all.map(({ client }) => read(client, bytes.length)));
    const descriptors = all.map(({ descriptor }) => descriptor);
    expect(sendTo(sendAll, descriptors, bytes)).toEqual(descriptors.map(() => bytes.length));
    expect((await received).map(String)).toEqual(descriptors.map(() => 'a frame'));
  });

  it('sends other bytes the next time', async () => {
    const all = await connections(10);
    const descriptors = all.map(({ descriptor }) => descriptor);
    const received = Promise.all(all.map(({ client }) => read(client, 10)));
    sendTo(sendAll, descriptors, Buffer.from('one, '));
    sendTo(sendAll, descriptors.toReversed(), Buffer.from('two; '));
    expect((await received).map(String)).toEqual(descriptors.map(() => 'one, two; '));
  });

  it('says how many bytes a client that does not read still takes, and then less than none', async () => {
    const all = await connections(10);
    const bytes = Buffer.alloc(1_048_576, 1);
    const descriptors = all.map(({ descriptor }) => descriptor);
    const slow = all[4]!;
    slow.client.pause();
    const small = Buffer.from('a frame');
    const toSlow: number[] = [];
    let taken: number[];
    do {
      // The others read within the same process, so not meanwhile: only the slow one is filled.
      do toSlow.push(...sendTo(sendAll, Array<number>(8).fill(slow.descriptor), bytes));
      while (toSlow.at(-1)! >= 0);
      taken = sendTo(sendAll, descriptors, small);
      toSlow.push(taken[4]!);
      expect(taken.toSpliced(4, 1)).toEqual(Array<number>(9).fill(small.length));
      // What the kernel delivers to the other end meanwhile gives room again, until that end is full as well.
    } while (taken[4]! >= 0);
    expect(toSlow.some((each) => each > 0 && each < bytes.length)).toBe(true);
    const sum = toSlow.reduce((total, each) => total + Math.max(0, each), 0);
    // The stream goes on behind what was sent past it.
    slow.accepted.end('the rest');
    const received = await read(slow.client.resume(), sum + 8);
    expect(received.length).toBe(sum + 8);
    expect(received.subarray(-8).toString()).toBe('the rest');
  });

  it.each([
    ['first', 0],
    ['in the middle', 5],
    ['last', 9],
  ])('leaves a descriptor that is closed to its stream, and gives the others theirs: %s', async (_where, place) => {
    const all = await connections(9);
    const descriptors = all.map(({ descriptor }) => descriptor).toSpliced(place, 0, CLOSED_DESCRIPTOR);
    const bytes = Buffer.from('a frame');
    const received = Promise.all(all.map(({ client }) => read(client, bytes.length)));
    const taken = sendTo(sendAll, descriptors, bytes);
    expect(taken[place]).toBeLessThan(0);
    expect(taken.toSpliced(place, 1)).toEqual(all.map(() => bytes.length));
    expect((await received).map(String)).toEqual(all.map(() => 'a frame'));
  });

  it('survives peers that have gone', async () => {
    const all = await connections(10);
    const descriptors = all.map(({ descriptor }) => descriptor);
    const bytes = Buffer.from('a frame');
    const { accepted, client, descriptor } = all[3]!;
    // Its end is written, so that the next write finds a broken pipe.
    accepted.end();
    await new Promise((resolve) => client.once('end', resolve));
    const taken = sendTo(sendAll, descriptors, bytes);
    expect([descriptor, taken[3]! < 0]).toEqual([descriptor, true]);
    expect(taken.toSpliced(3, 1)).toEqual(Array<number>(9).fill(bytes.length));
  });
});

/** A system that answers submissions, and tells of what it has begun, as it is told to. */
class FakeAio implements Aio {
  readonly submitted: number[] = [];
  readonly #answers: number[];
  readonly #results: [index: number, result: number][];

  constructor(answers: number[], results: [index: number, result: number][]) {
    this.#answers = answers;
    this.#results = results;
  }

  addressOf(): bigint {
    return 4_096n;
  }

  submit(count: number): number {
    this.submitted.push(count);
    return this.#answers.shift()!;
  }

  getEvents(count: number, events: Int32Array): void {
    for (const [at, [index, result]] of this.#results.splice(0, count).entries()) {
      events.set([index, 0, 0, 0, result, 0, 0, 0], 8 * at);
    }
  }
}

describe('sending together, by what the system says', () => {
  const { EBADF, EPERM, ESPIPE, EPIPE } = constants.errno;
  const bytes = Buffer.from('a frame');
  const ten = Array.from({ length: 10 }, (_, index) => 100 + index);
  const takes = (index: number): [number, number] => [index, bytes.length];
  let sent: number[] = [];
  const send = (descriptor: number): number => {
    sent.push(descriptor);
    return descriptor === 103 ? -1 : bytes.length;
  };

  beforeEach(() => {
    sent = [];
  });

  it('goes on behind a descriptor that is refused, and tries that one by itself', () => {
    const aio = new FakeAio(
      [3, -EBADF, 6, 10],
      [0, 1, 2, 4, 5, 6, 7, 8, 9].map(takes).concat(ten.map((_, i) => takes(i))),
    );
    const sendAll = sendTogether(aio, send);
    expect(sendTo(sendAll, ten, bytes)).toEqual([7, 7, 7, -1, 7, 7, 7, 7, 7, 7]);
    expect(sent).toEqual([103]);
    expect(sendTo(sendAll, ten, bytes)).toEqual(ten.map(() => 7));
    expect(aio.submitted).toEqual([10, 7, 6, 10]);
  });

  it('does without it where it is not allowed', () => {
    const aio = new FakeAio(Array<number>(10).fill(-EPERM), []);
    const sendAll = sendTogether(aio, send);
    expect(sendTo(sendAll, ten, bytes)).toEqual([7, 7, 7, -1, 7, 7, 7, 7, 7, 7]);
    const { length } = aio.submitted;
    expect(sendTo(sendAll, ten, bytes)).toEqual([7, 7, 7, -1, 7, 7, 7, 7, 7, 7]);
    expect(aio.submitted.length).toBe(length);
    expect(sent).toEqual([...ten, ...ten]);
  });

  it('does without it where it cannot write to sockets, and sends what it could not', () => {
    const aio = new FakeAio(
      [10],
      ten.map((_, index): [number, number] => [index, index === 5 ? -EPIPE : -ESPIPE]),
    );
    const sendAll = sendTogether(aio, send);
    expect(sendTo(sendAll, ten, bytes)).toEqual([7, 7, 7, -1, 7, -EPIPE, 7, 7, 7, 7]);
    expect(sent).toEqual(ten.filter((descriptor) => descriptor !== 105));
    expect(sendTo(sendAll, ten, bytes)).toEqual([7, 7, 7, -1, 7, 7, 7, 7, 7, 7]);
    expect(aio.submitted).toEqual([10]);
  });
});
