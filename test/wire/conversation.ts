import { expect } from '@jest/globals';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Conversation, ConversationStep, PayloadPart, SendPart } from '../vectors/vector-shapes.ts';
import { expectCurrent, expectErrorAndClose } from './clients.ts';
import { ackOf, batchOf } from './messages.ts';
import type { RawConnection } from './raw-connection.ts';
import { frame, TYPE, type RawFrame } from './raw-frame.ts';
import { readFields, varint } from './raw-protobuf.ts';

function payloadBytes(part: PayloadPart): Buffer {
  if (typeof part === 'string') return Buffer.from(part, 'hex');
  if ('repeat' in part) return Buffer.from(part.repeat.repeat(part.times), 'hex');
  return varint(Date.now() + part.varintOfNow);
}

function sendBytes(part: SendPart): Buffer {
  if (typeof part === 'string' || 'repeat' in part) return payloadBytes(part);
  return frame(part.type, Buffer.concat(part.payload.map(payloadBytes)));
}

/** The next frame that is no DATA_BATCH: batches come between answers. */
async function nextAnswer(connection: RawConnection): Promise<RawFrame> {
  for (;;) {
    const received = await connection.next();
    if (received.type !== TYPE.DATA_BATCH) return received;
  }
}

/** Plays a conversation of protocol/vectors/conversations.json on a new connection. */
export async function play(connection: RawConnection, { steps }: Conversation): Promise<void> {
  for (const [index, step] of steps.entries()) {
    if ('error' in step) {
      // The close is part of it: nothing may follow the ERROR.
      expect(steps.slice(index + 1)).toEqual([{ close: true }]);
      await expectErrorAndClose(connection, step.error);
      return;
    }
    await playStep(connection, step);
  }
}

async function playStep(connection: RawConnection, step: Exclude<ConversationStep, { error: number }>): Promise<void> {
  if ('send' in step) {
    const bytes = Buffer.concat(step.send.map(sendBytes));
    if (!step.bytewise) return connection.send(bytes);
    for (const byte of bytes) {
      connection.send(Buffer.of(byte));
      await nextTurn();
    }
  } else if ('end' in step) {
    connection.socket.end();
  } else if ('ack' in step) {
    const ack = ackOf(await nextAnswer(connection));
    expect(ack).toMatchObject({ ackType: step.ack, success: true, message: step.message });
    expectCurrent(ack.timestampMs);
  } else if ('pong' in step) {
    const received = await nextAnswer(connection);
    expect(received.type).toBe(TYPE.PONG);
    // Not through a double: sequences are echoed to the last bit.
    expect(String(readFields(received.payload).get(3)?.[0] ?? 0n)).toBe(step.pong.sequence);
  } else if ('batch' in step) {
    const { ticks } = batchOf(await connection.nextOf(TYPE.DATA_BATCH));
    expect(new Set(ticks.map(({ mode }) => mode))).toEqual(new Set([step.batch.mode]));
    if (step.batch.symbols) expect(new Set(ticks.map(({ symbol }) => symbol))).toEqual(new Set(step.batch.symbols));
  } else {
    expect((await connection.untilClosed()).filter(({ type }) => type !== TYPE.DATA_BATCH)).toEqual([]);
  }
}
