import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { directDescriptor } from '../worker/direct-send.ts';
import { socketPair } from '../worker/socket-pair-fixture.ts';
import type { Epoll } from './epoll.ts';
import { loadLibc } from './libc.ts';

const libc = await loadLibc();
const ends: (() => unknown)[] = [];

afterEach(() => {
  for (const end of ends.splice(0)) end();
});

function open(): Epoll {
  const epoll = libc.openEpoll();
  if (!epoll) throw new Error('the system gives no set of descriptors');
  return epoll;
}

/** A connection of which nobody reads the accepted end but who is asked to. */
async function connection(): Promise<{ descriptor: number; client: Socket }> {
  const [accepted, client] = await socketPair();
  const descriptor = libc.duplicate(directDescriptor(accepted));
  accepted.destroy();
  ends.push(
    () => client.destroy(),
    () => libc.closeDescriptor(descriptor),
  );
  return { descriptor, client };
}

/** Looks until there is something to be told. */
async function told(epoll: Epoll): Promise<[descriptor: number, hasEnded: boolean][]> {
  const ready: [number, boolean][] = [];
  while (epoll.poll((descriptor, hasEnded) => ready.push([descriptor, hasEnded])) === 0) await delay(1);
  return ready;
}

describe('Epoll', () => {
  it('tells of those alone that have something to read, until it is read', async () => {
    const epoll = open();
    const [silent, talking] = [await connection(), await connection()];
    expect([silent, talking].map(({ descriptor }) => epoll.add(descriptor))).toEqual([true, true]);
    expect(epoll.poll(() => {})).toBe(0);
    talking.client.write('ping');
    expect(await told(epoll)).toEqual([[talking.descriptor, false]]);
    expect(await told(epoll)).toEqual([[talking.descriptor, false]]);
    const received = Buffer.alloc(10);
    expect(libc.receive(talking.descriptor, received)).toBe(4);
    expect(received.toString('latin1', 0, 4)).toBe('ping');
    expect(epoll.poll(() => {})).toBe(0);
  });

  it('tells that a peer has ended, and that one has reset the connection', async () => {
    const epoll = open();
    const [ended, reset] = [await connection(), await connection()];
    epoll.add(ended.descriptor);
    ended.client.end();
    expect(await told(epoll)).toEqual([[ended.descriptor, true]]);
    epoll.remove(ended.descriptor);
    epoll.add(reset.descriptor);
    reset.client.resetAndDestroy();
    await once(reset.client, 'close');
    expect(await told(epoll)).toEqual([[reset.descriptor, true]]);
  });

  it('forgets what is taken out, and refuses what is no descriptor', async () => {
    const epoll = open();
    const { descriptor, client } = await connection();
    epoll.add(descriptor);
    client.write('ping');
    await told(epoll);
    epoll.remove(descriptor);
    expect(epoll.poll(() => {})).toBe(0);
    expect(epoll.add(1_000_000)).toBe(false);
  });
});
