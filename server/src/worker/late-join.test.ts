import { writeSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { Writable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, expect, it, jest } from '@jest/globals';
import { encodeAuthRequest, encodeFrame, encodeSubscribeRequest, MessageType } from '@tick-storm/protocol';
import type { ControlMessage } from '../link/control-message.ts';
import { encodeBatch, encodeControl, PacketDecoder } from '../link/packet.ts';
import type { Libc } from '../limits/libc.ts';
import { refusingLibc } from '../limits/libc-fixture.ts';
import { framesOf } from './stream-fixture.ts';
import { silent, workerConfig } from './worker-fixture.ts';
import { Worker } from './worker.ts';

const GROUP = 1;

const config = workerConfig();

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
  jest.useRealTimers();
});

// Node closes a descriptor before it tells of it, and the next connection has its number.
it('takes no connection into a group whose socket has failed, though its end is not told yet', async () => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'performance', 'queueMicrotask'] });
  const sentTo: number[] = [];
  const told: string[] = [];
  const libc: Libc = {
    ...refusingLibc,
    send: (descriptor, bytes) => {
      sentTo.push(descriptor);
      return writeSync(descriptor, bytes);
    },
  };
  let onData: (packets: Buffer) => void = () => {};
  const give = (message: ControlMessage): void => onData(encodeControl(message));
  let client: Socket | undefined;
  let answer: (message: ControlMessage) => void = () => {};
  const packets = new PacketDecoder();
  const link = new Writable({
    write: (chunk: Buffer, _, done) => {
      for (const { packet } of packets.push(chunk)) if (packet.kind === 'control') answer(packet.message);
      done();
    },
  });
  const { promise: port, resolve: listening } = Promise.withResolvers<number>();
  const worker = new Worker({
    config,
    serverVersion: 'test',
    logger: silent,
    libc,
    openLink: (listener) => {
      onData = listener;
      return link;
    },
    report: (report) => {
      if (report.type === 'listening') listening(report.port);
    },
    now: Date.now,
    monotonicNow: () => performance.now(),
  });
  ends.push(() => worker.handle({ type: 'park', windowMs: 0 }));
  await worker.handle({ type: 'listen', port: 0 });

  let joined: ControlMessage | undefined;
  answer = (message): void => {
    told.push(message.type);
    if (message.type === 'authenticate') {
      give({ type: 'verdict', slot: message.slot, id: message.id, verdict: 'granted' });
    } else if (message.type === 'subscribe') {
      const { slot, id } = message;
      give({ type: 'accepted', slot, id, epoch: 'e', streamSequence: 0, earliestSequence: 1 });
      joined = { type: 'joined', slot, id, mode: 1, group: GROUP, awaitsEpoch: false };
      client?.resetAndDestroy();
    } else if (message.type === 'withdraw' && joined !== undefined) {
      // It was on its way, and is handled in the turn in which the socket has failed.
      give(joined);
    }
  };
  client = connect(await port, '127.0.0.1').on('error', () => {});
  client.write(encodeFrame(MessageType.AUTH, encodeAuthRequest({ username: 'user', password: 'secret' })));
  client.write(encodeFrame(MessageType.SUBSCRIBE, encodeSubscribeRequest({ mode: 1 })));
  while (!told.includes('closed')) await turn();
  expect(told).toEqual(expect.arrayContaining(['withdraw', 'leave']));

  sentTo.length = 0;
  const [frame] = framesOf(['a']);
  onData(encodeBatch(GROUP, 0, frame!));
  await turn();
  expect(sentTo).toEqual([]);
});
