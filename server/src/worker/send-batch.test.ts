import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
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
    const before: number[] = [];
    // The others read within the same process, so not meanwhile: only the slow one is filled.
    do before.push(...sendTo(sendAll, Array<number>(8).fill(slow.descriptor), bytes));
    while (before.at(-1)! >= 0);
    const sum = before.reduce((total, taken) => total + Math.max(0, taken), 0);
    expect(before.some((taken) => taken > 0 && taken < bytes.length)).toBe(true);
    const small = Buffer.from('a frame');
    const taken = sendTo(sendAll, descriptors, small);
    expect(taken[4]).toBeLessThan(0);
    expect(taken.toSpliced(4, 1)).toEqual(Array<number>(9).fill(small.length));
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

it('goes on with what the system has begun when it ends at one that it refuses', () => {
  const bytes = Buffer.from('a frame');
  const counts: number[] = [];
  // Begins three, then refuses one, then begins the others; all it begins takes all.
  const submissions = [3, -1, 6];
  const events: number[][] = [
    [0, 1, 2],
    [4, 5, 6, 7, 8, 9],
  ];
  const sendAll = sendTogether(
    {
      addressOf: () => 4_096n,
      submit: (count) => {
        counts.push(count);
        return submissions.shift()!;
      },
      getEvents: (count, results) => {
        const ended = events.shift()!;
        expect(count).toBe(ended.length);
        ended.forEach((index, at) => results.set([index, 0, 0, 0, bytes.length, 0, 0, 0], 8 * at));
      },
    },
    () => -1,
  );
  expect(sendTo(sendAll, Array<number>(10).fill(5), bytes)).toEqual([7, 7, 7, -1, 7, 7, 7, 7, 7, 7]);
  expect(counts).toEqual([10, 7, 6]);
});
