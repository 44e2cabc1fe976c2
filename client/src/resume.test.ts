import { decodeSubscribeRequest, MessageType } from '@tick-storm/protocol';
import { describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { Bench, RESUMES, sequences, type Peer } from './testing/scripted-server.ts';
import { take } from './testing/take.ts';

const gone = { reason: 'history', epoch: 'a', newEpoch: undefined };

/** The client's connection of this number, to a server that can resume, logged in. */
async function resuming(bench: Bench, index: number): Promise<Peer> {
  const peer = await bench.peer(index);
  await peer.acceptAuth(RESUMES);
  return peer;
}

/** The position that a SUBSCRIBE asks for; the peer does not answer it yet. */
async function asked(peer: Peer): Promise<{ resumeEpoch: string; resumeSequence: number; startTimeMs: number }> {
  const { resumeEpoch, resumeSequence, startTimeMs } = decodeSubscribeRequest(
    (await peer.frame(MessageType.SUBSCRIBE)).payload,
  );
  return { resumeEpoch, resumeSequence, startTimeMs };
}

describe('a client that reconnects', () => {
  it('goes on behind its last tick, whatever its filter, and leaves out what it has', async () => {
    const bench = new Bench();
    const { peer, ticks } = await bench.subscribe({ symbols: ['AAPL'] });
    peer.sendTicks(101, 3, { epoch: 'a', sequenceDeltas: [10, 10], previousSequence: 0 });
    expect(sequences(await take(ticks, 3))).toEqual([101, 111, 121]);
    peer.stream.end();

    const second = await bench.peer(1);
    await second.acceptAuth({ instance: 'pod-2', ...RESUMES });
    expect(await asked(second)).toEqual({ resumeEpoch: 'a', resumeSequence: 121, startTimeMs: 0 });
    second.confirm('a', 500);
    second.sendTicks(121, 3, { epoch: 'a', sequenceDeltas: [10, 10], previousSequence: 111 });
    expect(sequences(await take(ticks, 2))).toEqual([131, 141]);
    expect(bench.gaps).toEqual([]);
    expect(bench.batches.at(-1)).toMatchObject({ ticks: 3, duplicates: 1 });
    expect(bench.client.server?.instance).toBe('pod-2');
    expect(bench.errors.map(({ kind }) => kind)).toEqual(['lost']);
    expect(bench.states.map(({ state }) => state)).toContain('waiting');
    await bench.client.close();
  });

  it('goes on from where it began when a snapshot but no tick has come, and begins anew when nothing has', async () => {
    const bench = new Bench();
    const ticks = bench.client.subscribe({ symbols: ['AAPL'] });
    const first = await resuming(bench, 0);
    await first.acceptSubscribe('a', 50);
    first.stream.end();
    const second = await resuming(bench, 1);
    expect(await asked(second)).toMatchObject({ resumeEpoch: '', resumeSequence: 0 });
    second.confirm('a', 60);
    second.sendTicks(60, 1, { isSnapshot: true, epoch: 'a', previousSequence: 0 });
    await take(ticks, 1);
    expect(ticks.position).toEqual({ epoch: 'a', sequence: 60 });
    second.stream.end();
    const third = await resuming(bench, 2);
    expect(await asked(third)).toMatchObject({ resumeEpoch: 'a', resumeSequence: 60 });
    await bench.client.close();
  });

  it('tells exactly what is too old to be had, and goes on with the earliest that there is', async () => {
    const bench = new Bench();
    const { peer, ticks } = await bench.subscribe();
    peer.sendTicks(1, 3, { epoch: 'a' });
    await take(ticks, 3);
    peer.stream.end();
    const second = await resuming(bench, 1);
    await asked(second);
    second.decline({ epoch: 'a', earliestSequence: 100 });
    expect(await asked(second)).toEqual({ resumeEpoch: 'a', resumeSequence: 99, startTimeMs: 0 });
    second.confirm('a', 200);
    second.sendTicks(100, 2, { epoch: 'a' });
    expect(sequences(await take(ticks, 2))).toEqual([100, 101]);
    expect(bench.gaps).toEqual([{ ...gone, fromSequence: 4, toSequence: 99, missingTicks: 96 }]);
    await bench.client.close();
  });

  it('of a filtered stream tells of no gap where no tick of its symbols was lost, and of the last one where some were', async () => {
    const bench = new Bench();
    const { peer, ticks } = await bench.subscribe({ symbols: ['AAPL'] });
    peer.sendTicks(5, 1, { epoch: 'a', previousSequence: 0 });
    await take(ticks, 1);
    const reconnect = async (index: number, earliestSequence: number): Promise<Peer> => {
      const next = await resuming(bench, index);
      await asked(next);
      next.decline({ epoch: 'a', earliestSequence });
      await asked(next);
      next.confirm('a', 1_000);
      return next;
    };
    peer.stream.end();
    const second = await reconnect(1, 100);
    second.sendTicks(105, 1, { epoch: 'a', previousSequence: 5 });
    await take(ticks, 1);
    expect(bench.gaps).toEqual([]);
    second.stream.end();
    const third = await reconnect(2, 300);
    third.sendTicks(305, 1, { epoch: 'a', previousSequence: 205 });
    await take(ticks, 1);
    expect(bench.gaps).toEqual([{ ...gone, fromSequence: 106, toSequence: 205, missingTicks: undefined }]);
    await bench.client.close();
  });

  it('tells where the old numbering ends and the new one begins', async () => {
    const bench = new Bench();
    const { peer, ticks } = await bench.subscribe();
    peer.sendTicks(1, 3, { epoch: 'a' });
    await take(ticks, 3);
    peer.stream.end();
    const second = await resuming(bench, 1);
    await asked(second);
    second.decline({ epoch: 'b', earliestSequence: 8 });
    expect(await asked(second)).toMatchObject({ resumeEpoch: 'b', resumeSequence: 7 });
    second.confirm('b', 20);
    second.sendTicks(8, 1, { epoch: 'b' });
    const [tick] = await take(ticks, 1);
    expect(tick).toMatchObject({ epoch: 'b', sequence: 8 });
    expect(bench.gaps).toEqual([
      {
        reason: 'epoch',
        epoch: 'a',
        fromSequence: 4,
        toSequence: undefined,
        missingTicks: undefined,
        newEpoch: { epoch: 'b', sequence: 7 },
      },
    ]);
    await bench.client.close();
  });

  it('tries elsewhere when a server is far behind its position: nothing is missing', async () => {
    const bench = new Bench();
    const { peer, ticks } = await bench.subscribe();
    peer.sendTicks(900, 1, { epoch: 'a', previousSequence: 0 });
    await take(ticks, 1);
    peer.stream.end();
    const behind = await resuming(bench, 1);
    await asked(behind);
    behind.decline({ epoch: 'a', earliestSequence: 100 });
    const third = await resuming(bench, 2);
    expect(await asked(third)).toMatchObject({ resumeSequence: 900 });
    expect(bench.gaps).toEqual([]);
    const server = { code: 14, earliestSequence: 100, epoch: 'a' };
    expect(bench.errors.at(-1)).toMatchObject({ kind: 'server', server });
    await bench.client.close();
  });

  it('says where to start when it gives up a server that has not even what it said that it has', async () => {
    const bench = new Bench({ reconnect: false });
    const ticks = bench.client.subscribe({ from: { epoch: 'a', sequence: 77 } });
    const peer = await resuming(bench, 0);
    await asked(peer);
    peer.decline({ epoch: 'b', earliestSequence: 80 });
    await asked(peer);
    peer.decline({ epoch: 'b', earliestSequence: 90 });
    const name = 'POSITION_UNAVAILABLE';
    await expect(ticks.next()).rejects.toMatchObject({
      server: { code: 14, name, message: 'gone', details: '', timestampMs: 5, earliestSequence: 90, epoch: 'b' },
    });
    expect(bench.errors).toHaveLength(1);
  });

  it('tells the exact gap where the server cannot resume', async () => {
    const bench = new Bench();
    const { peer, ticks } = await bench.subscribe();
    peer.sendTicks(1, 3, { epoch: 'a' });
    await take(ticks, 3);
    peer.stream.end();
    const second = await bench.peer(1);
    await second.acceptAuth({ features: 'goaway' });
    expect(await asked(second)).toMatchObject({ resumeEpoch: '' });
    second.confirm('a', 9);
    second.sendTicks(10, 1, { epoch: 'a' });
    await take(ticks, 1);
    expect(bench.gaps).toMatchObject([{ reason: 'reconnect', fromSequence: 4, toSequence: 9, missingTicks: 6 }]);
    await bench.client.close();
  });

  it('waits for its consumer before it comes back, so that it is not closed as slow again and again', async () => {
    const bench = new Bench({ bufferTicks: 1_000 });
    const { peer, ticks } = await bench.subscribe();
    peer.sendTicks(1, 500, { epoch: 'a' });
    peer.sendTicks(501, 500);
    while (bench.batches.length < 1) await once(bench.client, 'batch');
    peer.stream.destroy(new Error('closed as slow'));
    await bench.untilState('waiting');
    // One tick that is left keeps the room for a whole batch from being there.
    expect(sequences(await take(ticks, 499)).at(-1)).toBe(499);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(bench.connections).toBe(1);
    const next = ticks.next();
    const second = await resuming(bench, 1);
    expect((await next).value?.sequence).toBe(500);
    expect(await asked(second)).toMatchObject({ resumeSequence: 500 });
    second.confirm('a', 2_000);
    second.sendTicks(501, 1, { epoch: 'a' });
    expect(sequences(await take(ticks, 1))).toEqual([501]);
    expect(bench.gaps).toEqual([]);
    await bench.client.close();
  });
});

describe('a subscription that begins in the past', () => {
  it('goes on behind a given tick, and tells what came before this client', async () => {
    const bench = new Bench();
    const ticks = bench.client.subscribe({ from: { epoch: 'a', sequence: 77 } });
    expect(ticks.position).toEqual({ epoch: 'a', sequence: 77 });
    const peer = await resuming(bench, 0);
    expect(await asked(peer)).toMatchObject({ resumeEpoch: 'a', resumeSequence: 77 });
    peer.decline({ epoch: 'a', earliestSequence: 80 });
    await asked(peer);
    peer.confirm('a', 90);
    peer.sendTicks(80, 1, { epoch: 'a' });
    await take(ticks, 1);
    expect(bench.gaps).toEqual([{ ...gone, fromSequence: 78, toSequence: 79, missingTicks: 2 }]);
    expect(ticks.position).toEqual({ epoch: 'a', sequence: 80 });
    await bench.client.close();
  });

  it('begins at a time, asks for it again as long as nothing came, and then resumes', async () => {
    const bench = new Bench();
    const startTimeMs = Date.now() - 1_000;
    const ticks = bench.client.subscribe({ startTimeMs });
    const first = await resuming(bench, 0);
    expect(await asked(first)).toMatchObject({ startTimeMs, resumeEpoch: '' });
    first.confirm('a', 90);
    first.stream.end();
    const second = await resuming(bench, 1);
    expect(await asked(second)).toMatchObject({ startTimeMs, resumeEpoch: '' });
    second.confirm('a', 90);
    second.sendTicks(40, 2, { epoch: 'a' });
    expect(sequences(await take(ticks, 2))).toEqual([40, 41]);
    second.stream.end();
    const third = await resuming(bench, 2);
    expect(await asked(third)).toEqual({ startTimeMs: 0, resumeEpoch: 'a', resumeSequence: 41 });
    expect(bench.gaps).toEqual([]);
    await bench.client.close();
  });

  it('says that a time is too old, and begins with the earliest tick', async () => {
    const bench = new Bench();
    const ticks = bench.client.subscribe({ startTimeMs: Date.now() - 60_000 });
    const peer = await resuming(bench, 0);
    await asked(peer);
    peer.decline({ epoch: 'a', earliestSequence: 80 });
    expect(await asked(peer)).toEqual({ startTimeMs: 0, resumeEpoch: 'a', resumeSequence: 79 });
    peer.confirm('a', 90);
    peer.sendTicks(80, 1, { epoch: 'a' });
    await take(ticks, 1);
    expect(bench.gaps).toEqual([{ ...gone, fromSequence: undefined, toSequence: 79, missingTicks: undefined }]);
    await bench.client.close();
  });
});
