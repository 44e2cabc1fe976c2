import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import {
  decodeDataBatch,
  encodeAuthRequest,
  encodeFrame,
  encodeSubscribeRequest,
  FrameDecoder,
  MessageType,
} from '@tick-storm/protocol';
import type { ControlMessage } from '../link/control-message.ts';
import { encodeBatch, encodeControl, PacketDecoder } from '../link/packet.ts';
import { socketPair } from './socket-pair-fixture.ts';
import { framesOf } from './stream-fixture.ts';
import { silent, workerConfig } from './worker-fixture.ts';
import { Worker } from './worker.ts';

const BATCHES = 5_000;
const GROUP = 1;

const config = workerConfig();

describe('a worker with more to write than it can', () => {
  let port: number;
  /** The supervisor's end of the link. */
  let link: Socket;
  /** Bytes that the worker said it has passed on. */
  let passedBytes: number;
  let sockets: Socket[];
  let worker: Worker;

  beforeEach(async () => {
    // The worker's own would never end.
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'setTimeout', 'performance', 'queueMicrotask'] });
    const [workerEnd, supervisorEnd] = await socketPair();
    link = supervisorEnd;
    passedBytes = 0;
    sockets = [workerEnd, supervisorEnd];
    answerLogins();
    // Whatever is done takes a millisecond for each look at the clock: some batches are a slice.
    let nowMs = 0;
    const { promise, resolve } = Promise.withResolvers<number>();
    worker = new Worker({
      config,
      serverVersion: 'test',
      logger: silent,
      libc: undefined,
      openLink: (onData) => workerEnd.on('data', onData),
      report: (report) => {
        if (report.type === 'listening') resolve(report.port);
      },
      now: Date.now,
      monotonicNow: () => nowMs++,
    });
    await worker.handle({ type: 'listen', port: 0 });
    port = await promise;
  });

  afterEach(async () => {
    await worker.handle({ type: 'park', windowMs: 0 });
    for (const socket of sockets) socket.destroy();
    jest.useRealTimers();
  });

  /** The supervisor's part: everybody may log in and becomes a member of the one group. */
  function answerLogins(): void {
    const packets = new PacketDecoder();
    const answer = (message: ControlMessage): void => {
      if (message.type === 'authenticate') {
        const { slot, id } = message;
        link.write(encodeControl({ type: 'verdict', slot, id, verdict: 'granted' }));
      } else if (message.type === 'subscribe') {
        const { slot, id } = message;
        const reach = { epoch: 'e', streamSequence: 0, earliestSequence: 1 };
        link.write(encodeControl({ type: 'accepted', slot, id, ...reach }));
        link.write(encodeControl({ type: 'joined', slot, id, mode: 1, group: GROUP, awaitsEpoch: false }));
      }
    };
    link.on('data', (chunk: Buffer) => {
      for (const { packet } of packets.push(chunk)) {
        if (packet.kind === 'credit') passedBytes += packet.bytes;
        if (packet.kind === 'control') answer(packet.message);
      }
    });
  }

  /** Connects, authenticates and subscribes. @returns the positions of the batches that come, once that is answered */
  async function login(): Promise<{ batches: number[] }> {
    const socket = connect(port, '127.0.0.1');
    sockets.push(socket);
    const decoder = new FrameDecoder();
    const batches: number[] = [];
    let answers = 0;
    const { promise, resolve } = Promise.withResolvers<void>();
    socket.on('data', (chunk: Buffer) => {
      decoder.push(chunk);
      for (let frame = decoder.next(); frame; frame = decoder.next()) {
        if (frame.type === MessageType.DATA_BATCH) batches.push(decodeDataBatch(frame.payload).streamSequence);
        if (frame.type === MessageType.ACK && ++answers === 2) resolve();
      }
    });
    socket.write(encodeFrame(MessageType.AUTH, encodeAuthRequest({ username: 'user', password: 'secret' })));
    socket.write(encodeFrame(MessageType.SUBSCRIBE, encodeSubscribeRequest({ mode: 1 })));
    await promise;
    return { batches };
  }

  it('lets others log in long before it is through, and writes all in order', async () => {
    const first = await login();
    const frames = framesOf(Array.from({ length: BATCHES }, () => 'a'));
    const stream = Buffer.concat(frames.map((frame) => encodeBatch(GROUP, 0, frame)));
    const passedBefore = passedBytes;
    link.write(stream);
    const others = await Promise.all(Array.from({ length: 20 }, login));
    expect(passedBytes - passedBefore).toBeLessThan(stream.length / 2);

    // Behind everything before it in the order of the link.
    const [last] = framesOf(['a']);
    link.write(encodeBatch(GROUP, 0, last!));
    const positions = [...frames, last!].map((frame) => decodeDataBatch(frame.subarray(8, -4)).streamSequence);
    while (others.some(({ batches }) => batches.length === 0) || first.batches.length <= BATCHES) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(first.batches).toEqual(positions);
    // Who joined behind the stream gets none of it.
    for (const { batches } of others) expect(batches).toEqual([positions.at(-1)]);
  });
});
