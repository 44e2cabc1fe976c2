import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import {
  decodeDataBatch,
  decodeErrorResponse,
  decodeHeartbeatResponse,
  encodeFrame,
  encodeHeartbeatRequest,
  ErrorCode,
  MessageType,
} from '@tick-storm/protocol';
import { loadLibc, type Libc } from '../limits/libc.ts';
import type { LoneClient } from './lone-worker-fixture.ts';
import { LoneWorker } from './lone-worker-fixture.ts';
import { framesOf } from './stream-fixture.ts';

const MAX_TURNS = 10_000;

const libc = await loadLibc();

/** How many sockets of this process have a stream. */
function streams(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap').length;
}

function positionsOf(frames: readonly Buffer[]): number[] {
  return frames.map((frame) => decodeDataBatch(frame.subarray(8, -4)).streamSequence);
}

function heartbeat(sequence: number): Buffer {
  return encodeFrame(MessageType.HEARTBEAT, encodeHeartbeatRequest({ timestampMs: Date.now(), sequence }));
}

describe('a connection that keeps up', () => {
  let lone: LoneWorker;
  let nowMs: number;
  let client: LoneClient;
  /** Streams while the connection has none. */
  let streamsAtRest: number;

  /** The next so many sends are refused. */
  let refusals: number;

  beforeEach(async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'setTimeout', 'performance', 'queueMicrotask'] });
    nowMs = 0;
    refusals = 0;
    const send: Libc['send'] = (...bytes) => (refusals-- > 0 ? -1 : libc.send(...bytes));
    lone = await LoneWorker.listening({ ...libc, openAio: () => undefined, send }, () => nowMs);
    client = await login();
  });

  afterEach(async () => {
    await lone.end();
    jest.useRealTimers();
  });

  /** Connects a client, whose own end has a stream, and waits until the worker's has none. */
  async function login(): Promise<LoneClient> {
    // What was closed before is gone by then.
    for (let turns = 0; turns < 10; turns++) await turn();
    streamsAtRest = streams() + 1;
    const connected = await lone.login();
    await pass(isAtRest);
    return connected;
  }

  function isAtRest(): boolean {
    return streams() === streamsAtRest;
  }

  /** Lets the worker's time pass until something holds. */
  async function pass(holds: () => boolean): Promise<void> {
    for (let turns = 0; !holds(); turns++) {
      if (turns > MAX_TURNS) throw new Error(`it does not hold after ${MAX_TURNS} turns`);
      nowMs += 10;
      jest.advanceTimersByTime(10);
      await turn();
    }
  }

  async function passUntilItRests(): Promise<void> {
    const fromMs = nowMs;
    await pass(() => {
      if (nowMs % 10_000 === 0) client.socket.write(heartbeat(nowMs));
      return isAtRest();
    });
    expect(client.socket.destroyed).toBe(false);
    expect(nowMs - fromMs).toBeGreaterThan(29_000);
  }

  it('rests, and gets its batches and answers to its heartbeats', async () => {
    const frames = framesOf(['a', 'b', 'c']);
    for (const frame of frames) lone.publish(frame);
    await pass(() => client.batches.length === frames.length);
    expect(client.batches).toEqual(positionsOf(frames));
    client.socket.write(heartbeat(7));
    await pass(() => client.others.length === 1);
    expect(client.others[0]!.type).toBe(MessageType.PONG);
    expect(decodeHeartbeatResponse(client.others[0]!.payload)).toMatchObject({ sequence: 7 });
    expect(isAtRest()).toBe(true);
  });

  it('rests again after a while when its client has made room before the stream was there', async () => {
    const frames = framesOf(['a', 'b', 'c']);
    refusals = 1;
    lone.publish(frames[0]!);
    await pass(() => client.batches.length === 1);
    expect(streams()).toBe(streamsAtRest + 1);
    await passUntilItRests();
    for (const frame of frames.slice(1)) lone.publish(frame);
    await pass(() => client.batches.length === frames.length);
    expect(client.batches).toEqual(positionsOf(frames));
  });

  it('wakes when its client does not take everything, loses nothing, and rests again much later', async () => {
    client.socket.pause();
    const frames = framesOf(Array.from({ length: 60 }, () => 'a'.repeat(400)));
    for (const frame of frames) lone.publish(frame);
    await pass(() => streams() === streamsAtRest + 1);
    client.socket.resume();
    await pass(() => client.batches.length === frames.length);
    expect(client.batches).toEqual(positionsOf(frames));
    await passUntilItRests();
    const [last] = framesOf(['z']);
    lone.publish(last!);
    await pass(() => client.batches.length > frames.length);
    expect(client.batches.at(-1)).toBe(positionsOf([last!])[0]);
  });

  it('is told why it is closed, and counts as closed when the client leaves', async () => {
    const ended = new Promise((resolve) => client.socket.once('end', resolve));
    client.socket.write(Buffer.from('no frame of this protocol'));
    await pass(() => client.others.length === 1);
    expect(decodeErrorResponse(client.others[0]!.payload).code).toBe(ErrorCode.INVALID_MESSAGE);
    await ended;
    const other = await login();
    other.socket.end();
    let hasEnded = false;
    other.socket.once('close', () => (hasEnded = true));
    await pass(() => hasEnded);
  });
});
