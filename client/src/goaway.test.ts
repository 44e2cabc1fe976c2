import { decodeSubscribeRequest, encodeGoAway, MessageType } from '@tick-storm/protocol';
import { describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { Bench, RESUMES, sequences, type Peer } from './testing/scripted-server.ts';
import { take } from './testing/take.ts';
import type { Subscription } from './subscription.ts';

const NOTICE = { reason: 'drain', reconnectWithinMs: 20, deadlineMs: 99 };

/** A client with one tick whose server then says GOAWAY. */
async function leaving(bench: Bench): Promise<{ peer: Peer; ticks: Subscription }> {
  const { peer, ticks } = await bench.subscribe();
  peer.sendTicks(1, 1, { epoch: 'a' });
  await take(ticks, 1);
  peer.send(MessageType.GOAWAY, encodeGoAway(NOTICE));
  return { peer, ticks };
}

describe('GOAWAY', () => {
  it('makes the client connect elsewhere, resume there, and only then leave', async () => {
    const bench = new Bench();
    const { peer, ticks } = await leaving(bench);
    const second = await bench.peer(1);
    await second.acceptAuth({ instance: 'pod-2', ...RESUMES });
    const request = decodeSubscribeRequest((await second.acceptSubscribe('a', 1)).payload);
    expect(request).toMatchObject({ resumeEpoch: 'a', resumeSequence: 1 });
    // The old server goes on until the new one sends something.
    peer.sendTicks(2, 3);
    expect(sequences(await take(ticks, 3))).toEqual([2, 3, 4]);
    expect(bench.client.server?.instance).toBe('pod-1');
    second.sendTicks(2, 4, { epoch: 'a' });
    expect(sequences(await take(ticks, 1))).toEqual([5]);
    expect(bench.client.server?.instance).toBe('pod-2');
    if (!peer.stream.readableEnded) await once(peer.stream, 'end');
    second.sendTicks(6, 1);
    expect(sequences(await take(ticks, 1))).toEqual([6]);
    expect([bench.goAways, bench.gaps, bench.errors]).toEqual([[NOTICE], [], []]);
    expect(bench.states.map(({ state }) => state)).toEqual(['ready', 'subscribed', 'subscribed']);
    await bench.client.close();
  });

  it('leaves for a server that has nothing to send yet too', async () => {
    const bench = new Bench();
    const { peer } = await leaving(bench);
    const second = await bench.peer(1);
    await second.acceptAuth({ instance: 'pod-2', ...RESUMES });
    await second.acceptSubscribe('a', 1);
    if (!peer.stream.readableEnded) await once(peer.stream, 'end');
    expect(bench.client.server?.instance).toBe('pod-2');
    await bench.client.close();
  });

  it('stays as long as no other server is to be had, and looks for one again and again', async () => {
    const bench = new Bench();
    const { peer, ticks } = await leaving(bench);
    (await bench.peer(1)).refuse(13);
    (await bench.peer(2)).stream.destroy(new Error('reset'));
    peer.sendTicks(2, 1);
    expect(sequences(await take(ticks, 1))).toEqual([2]);
    const fourth = await bench.peer(3);
    await fourth.acceptAuth(RESUMES);
    await fourth.acceptSubscribe('a', 2);
    fourth.sendTicks(3, 1, { epoch: 'a' });
    expect(sequences(await take(ticks, 1))).toEqual([3]);
    expect(bench.errors).toHaveLength(2);
    expect(bench.states.map(({ state }) => state)).not.toContain('waiting');
    await bench.client.close();
  });

  it('turns the attempt under way into the one that counts when the server closes before', async () => {
    const bench = new Bench();
    const { peer, ticks } = await leaving(bench);
    const second = await bench.peer(1);
    peer.refuse(13);
    await bench.untilState('connecting');
    await second.acceptAuth(RESUMES);
    await second.acceptSubscribe('a', 1);
    second.sendTicks(2, 1, { epoch: 'a' });
    expect(sequences(await take(ticks, 1))).toEqual([2]);
    expect(bench.connections).toBe(2);
    expect(bench.gaps).toEqual([]);
    await bench.client.close();
  });

  it('from the next server, before that one has taken over, is followed afterwards', async () => {
    const bench = new Bench();
    const { ticks } = await leaving(bench);
    const second = await bench.peer(1);
    await second.acceptAuth(RESUMES);
    await second.acceptSubscribe('a', 1);
    second.send(MessageType.GOAWAY, encodeGoAway(NOTICE));
    second.sendTicks(2, 1, { epoch: 'a' });
    await take(ticks, 1);
    const third = await bench.peer(2);
    await third.acceptAuth(RESUMES);
    await third.acceptSubscribe('a', 2);
    third.sendTicks(3, 1, { epoch: 'a' });
    expect(sequences(await take(ticks, 1))).toEqual([3]);
    await bench.client.close();
  });

  it('before anything has come begins anew elsewhere: there is nothing to continue', async () => {
    const bench = new Bench();
    const { peer, ticks } = await bench.subscribe();
    peer.send(MessageType.GOAWAY, encodeGoAway(NOTICE));
    const second = await bench.peer(1);
    await second.acceptAuth(RESUMES);
    const request = decodeSubscribeRequest((await second.acceptSubscribe('a', 7)).payload);
    expect(request.resumeEpoch).toBe('');
    second.sendTicks(8, 1, { epoch: 'a' });
    expect(sequences(await take(ticks, 1))).toEqual([8]);
    expect(bench.gaps).toEqual([]);
    await bench.client.close();
  });

  it('keeps a server from which nothing has come yet until another one is there', async () => {
    const bench = new Bench();
    const { peer, ticks } = await bench.subscribe();
    peer.send(MessageType.GOAWAY, encodeGoAway(NOTICE));
    (await bench.peer(1)).refuse(13);
    await bench.peer(2);
    peer.sendTicks(1, 1, { epoch: 'a' });
    expect(sequences(await take(ticks, 1))).toEqual([1]);
    expect(bench.states.map(({ state }) => state)).not.toContain('waiting');
    await bench.client.close();
  });

  it('does not begin anew elsewhere what meanwhile began here: the next server goes on behind it', async () => {
    const bench = new Bench();
    const { peer, ticks } = await bench.subscribe();
    peer.send(MessageType.GOAWAY, encodeGoAway(NOTICE));
    const second = await bench.peer(1);
    await second.acceptAuth(RESUMES);
    await second.acceptSubscribe('a', 7);
    peer.sendTicks(1, 2, { epoch: 'a' });
    expect(sequences(await take(ticks, 2))).toEqual([1, 2]);
    const third = await bench.peer(2);
    await third.acceptAuth(RESUMES);
    const request = decodeSubscribeRequest((await third.acceptSubscribe('a', 2)).payload);
    expect(request).toMatchObject({ resumeEpoch: 'a', resumeSequence: 2 });
    third.sendTicks(3, 1, { epoch: 'a' });
    expect(sequences(await take(ticks, 1))).toEqual([3]);
    expect(bench.gaps).toEqual([]);
    await bench.client.close();
  });
});
