import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { Packet } from './packet.ts';
import {
  copyOf,
  encodeBatch,
  encodeCatchUp,
  encodeControl,
  encodeCredit,
  encodeDirect,
  encodeTaken,
  PacketDecoder,
} from './packet.ts';

const message = { type: 'leave', mode: 2, group: 5 } as const;
const frame = Buffer.from('frame');
const packets: [Buffer, Packet][] = [
  [encodeControl(message), { kind: 'control', message }],
  [
    encodeBatch(7, 1.5, frame, Buffer.from('with epoch')),
    { kind: 'batch', group: 7, flushedMs: 1.5, frame, frameWithEpoch: Buffer.from('with epoch') },
  ],
  [
    encodeBatch(2 ** 32 - 1, 0, frame),
    { kind: 'batch', group: 2 ** 32 - 1, flushedMs: 0, frame, frameWithEpoch: Buffer.alloc(0) },
  ],
  [encodeDirect(3, 2 ** 32 - 1, frame), { kind: 'direct', slot: 3, id: 2 ** 32 - 1, frame }],
  [encodeCatchUp(4, 9, frame), { kind: 'catch_up', slot: 4, id: 9, frame }],
  [encodeTaken(2 ** 32 - 1, 7), { kind: 'taken', id: 2 ** 32 - 1, bytes: 7 }],
  [encodeCredit(65_536, 0.25), { kind: 'credit', bytes: 65_536, busyMs: 0.25 }],
];

describe('PacketDecoder', () => {
  it('gives the same packets however the bytes are split, with all chunks in the same memory', () => {
    const stream = Buffer.concat(packets.map(([bytes]) => bytes));
    const memory = Buffer.alloc(stream.length);
    fc.assert(
      fc.property(fc.array(fc.nat(stream.length), { maxLength: 20 }), (cuts) => {
        const edges = [0, ...cuts.sort((a, b) => a - b), stream.length];
        const decoder = new PacketDecoder();
        const kept: Packet[] = [];
        let decoded = 0;
        for (const [index, edge] of edges.slice(1).entries()) {
          const length = stream.copy(memory, 0, edges[index], edge);
          // What a packet has is good until the next chunk.
          for (const { packet, bytes } of decoder.push(memory.subarray(0, length))) {
            const [whole, original] = packets[decoded++]!;
            expect([packet, bytes]).toEqual([original, whole.length]);
            kept.push(copyOf(packet));
          }
        }
        expect(kept).toEqual(packets.map(([, packet]) => packet));
      }),
    );
  });
});
