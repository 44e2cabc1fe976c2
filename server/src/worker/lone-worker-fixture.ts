import { connect, type Socket } from 'node:net';
import {
  decodeDataBatch,
  encodeAuthRequest,
  encodeFrame,
  encodeSubscribeRequest,
  type Frame,
  FrameDecoder,
  MessageType,
} from '@tick-storm/protocol';
import type { Libc } from '../limits/libc.ts';
import type { ControlMessage } from '../link/control-message.ts';
import { encodeBatch, encodeControl, PacketDecoder } from '../link/packet.ts';
import { socketPair } from './socket-pair-fixture.ts';
import { silent, workerConfig } from './worker-fixture.ts';
import { Worker } from './worker.ts';

/** Of which everybody is a member. */
export const GROUP = 1;

/** For tests: what a client has got so far. */
export interface LoneClient {
  readonly socket: Socket;
  /** Their positions in the stream. */
  readonly batches: number[];
  /** All other frames but the acknowledgements. */
  readonly others: Frame[];
}

/** For tests: a worker in this process, under a supervisor that lets everybody in, into one group. */
export class LoneWorker {
  readonly worker: Worker;
  /** The supervisor's end of the link. */
  readonly link: Socket;
  /** Bytes that the worker said it has passed on. */
  passedBytes = 0;
  readonly #port: Promise<number>;
  readonly #sockets: Socket[];

  private constructor([workerEnd, supervisorEnd]: [Socket, Socket], libc: Libc | undefined, clock: () => number) {
    this.link = supervisorEnd;
    this.#sockets = [workerEnd, supervisorEnd];
    this.#answerLogins();
    const { promise, resolve } = Promise.withResolvers<number>();
    this.#port = promise;
    this.worker = new Worker({
      config: workerConfig(),
      serverVersion: 'test',
      logger: silent,
      libc,
      openLink: (onData) => workerEnd.on('data', onData),
      report: (report) => {
        if (report.type === 'listening') resolve(report.port);
      },
      now: Date.now,
      monotonicNow: clock,
    });
  }

  static async listening(libc: Libc | undefined, clock: () => number): Promise<LoneWorker> {
    const lone = new LoneWorker(await socketPair(), libc, clock);
    await lone.worker.handle({ type: 'listen', port: 0 });
    return lone;
  }

  async end(): Promise<void> {
    await this.worker.handle({ type: 'park', windowMs: 0 });
    for (const socket of this.#sockets) socket.destroy();
  }

  publish(frame: Buffer): void {
    this.link.write(encodeBatch(GROUP, 0, frame));
  }

  /** Connects, authenticates and subscribes. @returns the client once that is answered */
  async login(): Promise<LoneClient> {
    const socket = connect(await this.#port, '127.0.0.1').on('error', () => {});
    this.#sockets.push(socket);
    const decoder = new FrameDecoder();
    const client: LoneClient = { socket, batches: [], others: [] };
    let answers = 0;
    const { promise, resolve } = Promise.withResolvers<void>();
    socket.on('data', (chunk: Buffer) => {
      decoder.push(chunk);
      for (let frame = decoder.next(); frame; frame = decoder.next()) {
        if (frame.type === MessageType.DATA_BATCH) client.batches.push(decodeDataBatch(frame.payload).streamSequence);
        else if (frame.type !== MessageType.ACK) client.others.push(frame);
        else if (++answers === 2) resolve();
      }
    });
    socket.write(encodeFrame(MessageType.AUTH, encodeAuthRequest({ username: 'user', password: 'secret' })));
    socket.write(encodeFrame(MessageType.SUBSCRIBE, encodeSubscribeRequest({ mode: 1 })));
    await promise;
    return client;
  }

  #answerLogins(): void {
    const packets = new PacketDecoder();
    const answer = (message: ControlMessage): void => {
      if (message.type === 'authenticate') {
        const { slot, id } = message;
        this.link.write(encodeControl({ type: 'verdict', slot, id, verdict: 'granted' }));
      } else if (message.type === 'subscribe') {
        const { slot, id } = message;
        const reach = { epoch: 'e', streamSequence: 0, earliestSequence: 1 };
        this.link.write(encodeControl({ type: 'accepted', slot, id, ...reach }));
        this.link.write(encodeControl({ type: 'joined', slot, id, mode: 1, group: GROUP, awaitsEpoch: false }));
      }
    };
    this.link.on('data', (chunk: Buffer) => {
      for (const { packet } of packets.push(chunk)) {
        if (packet.kind === 'credit') this.passedBytes += packet.bytes;
        if (packet.kind === 'control') answer(packet.message);
      }
    });
  }
}
