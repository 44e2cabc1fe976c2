import { constants } from 'node:os';
import type { Aio } from '../limits/aio.ts';
import type { SystemSend } from './direct-send.ts';

/**
 * Gives the same bytes to many sockets of the system.
 * @param descriptors of which the first `count` are meant, at most {@link SEND_BATCH}
 * @param taken for each: how many bytes it has taken, or less than 0 when it takes none or has failed
 */
export type SystemSendAll = (descriptors: Int32Array, count: number, bytes: Buffer, taken: Int32Array) => void;

/** Sockets per call: about a millisecond of the kernel's work. */
export const SEND_BATCH = 128;
/** With fewer, what the calls cost is more than what they save. */
const WORTH_A_BATCH = 8;

/** struct iocb of <linux/aio_abi.h>, little-endian, in words of 32 bits. */
const Iocb = { words: 16, data: 0, opcode: 4, descriptor: 5, buffer: 6, length: 8 } as const;
const IOCB_CMD_PWRITE = 1;
/** struct io_event. */
const Event = { words: 8, data: 0, result: 4 } as const;

const { errno } = constants;
/** A write to a socket is nothing that this kernel does here: gVisor's has the calls, but not for sockets. */
const unsupported: ReadonlySet<number> = new Set([errno.ESPIPE, errno.EINVAL, errno.EOPNOTSUPP]);
/** Refusals that say nothing of the next one. Others, as of a seccomp profile, would come each time. */
const areOfOneSocket: ReadonlySet<number> = new Set([errno.EBADF, errno.EAGAIN]);

/** Where the C library cannot be called: everything is for the streams. */
export const NO_SEND: SystemSend = () => -1;

/** One call for each. */
export function sendOneByOne(send: SystemSend): SystemSendAll {
  return (descriptors, count, bytes, taken) => {
    for (let index = 0; index < count; index++) taken[index] = send(descriptors[index]!, bytes);
  };
}

/**
 * One call for all: a write to a socket that does not block is done, or refused, while it is submitted, so that only
 * the way into the kernel is shared. Where the system turns out not to do that for sockets, it is one call for each. A
 * peer that has gone raises no SIGPIPE, which Node ignores.
 * @param aio with a capacity of {@link SEND_BATCH}
 */
export function sendTogether(aio: Aio, send: SystemSend): SystemSendAll {
  const oneByOne = sendOneByOne(send);
  const controls = new Int32Array(SEND_BATCH * Iocb.words);
  const pointers = new BigUint64Array(SEND_BATCH);
  const events = new Int32Array(SEND_BATCH * Event.words);
  const start = aio.addressOf(controls);
  for (let index = 0; index < SEND_BATCH; index++) {
    const at = index * Iocb.words;
    pointers[index] = start + BigInt(at * controls.BYTES_PER_ELEMENT);
    controls[at + Iocb.opcode] = IOCB_CMD_PWRITE;
    controls[at + Iocb.data] = index;
  }
  let works = true;
  return (descriptors, count, bytes, taken) => {
    if (!works || count < WORTH_A_BATCH) return oneByOne(descriptors, count, bytes, taken);
    const address = aio.addressOf(bytes);
    const low = Number(BigInt.asIntN(32, address));
    const high = Number(address >> 32n);
    for (let index = 0, at = 0; index < count; index++, at += Iocb.words) {
      controls[at + Iocb.descriptor] = descriptors[index]!;
      controls[at + Iocb.buffer] = low;
      controls[at + Iocb.buffer + 1] = high;
      controls[at + Iocb.length] = bytes.length;
    }
    for (let from = 0; from < count;) {
      const submitted = aio.submit(count - from, from === 0 ? pointers : pointers.subarray(from));
      // It stops before one that it refuses, and refuses when that is the first one.
      if (submitted <= 0) {
        works &&= areOfOneSocket.has(-submitted);
        taken[from] = send(descriptors[from]!, bytes);
        from++;
        continue;
      }
      aio.getEvents(submitted, events);
      for (let each = 0, at = 0; each < submitted; each++, at += Event.words) {
        const index = events[at + Event.data]!;
        const result = events[at + Event.result]!;
        const isUnsupported = unsupported.has(-result);
        if (isUnsupported) works = false;
        taken[index] = isUnsupported ? send(descriptors[index]!, bytes) : result;
      }
      from += submitted;
    }
  };
}
