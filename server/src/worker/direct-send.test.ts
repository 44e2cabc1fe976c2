import { once } from 'node:events';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { afterEach, describe, expect, it } from '@jest/globals';
import { loadLibc } from '../limits/libc.ts';
import { directDescriptor, NO_DESCRIPTOR, sendDirectly } from './direct-send.ts';
import { socketPair } from './socket-pair-fixture.ts';

const { send } = await loadLibc();
const sockets: Socket[] = [];

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

async function connection(): Promise<[accepted: Socket, client: Socket]> {
  const pair = await socketPair();
  sockets.push(...pair);
  return pair;
}

function read(client: Socket, bytes: number): Promise<Buffer> {
  return new Promise((resolve) => {
    let received = Buffer.alloc(0);
    client.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      if (received.length >= bytes) resolve(received);
    });
  });
}

describe('sendDirectly', () => {
  it('gives all bytes to a client that reads', async () => {
    const [accepted, client] = await connection();
    const bytes = Buffer.from('one frame');
    expect(sendDirectly(accepted, directDescriptor(accepted), bytes, send)).toBe(bytes.length);
    expect((await read(client, bytes.length)).toString()).toBe('one frame');
  });

  it('says how many bytes a client that does not read still takes, and then none', async () => {
    const [accepted, client] = await connection();
    client.pause();
    const bytes = Buffer.alloc(1_048_576, 1);
    const descriptor = directDescriptor(accepted);
    const taken: number[] = [];
    do taken.push(sendDirectly(accepted, descriptor, bytes, send));
    while (taken.at(-1)! > 0);
    expect(taken.some((count) => count > 0 && count < bytes.length)).toBe(true);
    // The stream goes on behind what was sent past it.
    accepted.end('the rest');
    const total = taken.reduce((sum, count) => sum + count, 0) + 8;
    const received = await read(client.resume(), total);
    expect(received.length).toBe(total);
    expect(received.subarray(-8).toString()).toBe('the rest');
  });

  it('leaves the errors of a client that has gone to the stream', async () => {
    const [accepted, client] = await connection();
    client.resetAndDestroy();
    await once(accepted, 'error').catch((error: unknown) => error);
    expect(sendDirectly(accepted, directDescriptor(accepted), Buffer.from('lost'), send)).toBe(0);
  });

  it('sends nothing to the number of a socket that has ended: it may be another’s already', async () => {
    const [accepted] = await connection();
    const descriptor = directDescriptor(accepted);
    accepted.destroy();
    const [other, otherClient] = await connection();
    expect(sendDirectly(accepted, descriptor, Buffer.from('not for you'), send)).toBe(0);
    other.end('for you');
    expect((await read(otherClient, 7)).toString()).toBe('for you');
  });

  it('does not go past TLS', async () => {
    const [accepted] = await connection();
    expect(directDescriptor(accepted)).toBeGreaterThan(NO_DESCRIPTOR);
    expect(directDescriptor(new TLSSocket(accepted, { isServer: true }))).toBe(NO_DESCRIPTOR);
  });
});
