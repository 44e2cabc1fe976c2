import { constants } from 'node:os';
import type Koffi from 'koffi';
import type { LibraryHandle } from 'koffi';

/**
 * Operations that are given to the kernel many at a time, io_submit(2). Unlike io_uring it is allowed by the default
 * seccomp profiles of containers.
 */
export interface Aio {
  /** Where memory is. It does not move, and is the caller's to keep. */
  addressOf(memory: ArrayBufferView): bigint;
  /**
   * Begins operations.
   * @param pointers to their control blocks, struct iocb of <linux/aio_abi.h>
   * @returns how many it has begun, or -errno when the first one is refused
   */
  submit(count: number, pointers: BigUint64Array): number;
  /**
   * Waits until as many operations have ended.
   * @param events gets what became of each, struct io_event of <linux/aio_abi.h>
   */
  getEvents(count: number, events: Int32Array): void;
}

/** Numbers of the calls, which few C libraries wrap. */
const systemCalls: Partial<Record<NodeJS.Architecture, { setup: number; submit: number; getEvents: number }>> = {
  x64: { setup: 206, getEvents: 208, submit: 209 },
  arm64: { setup: 0, getEvents: 4, submit: 2 },
};
/** Bytes of struct io_event. */
const EVENT_BYTES = 32;

/**
 * @param library the C library
 * @returns a function that opens a context for as many operations at once, or says undefined when the system refuses
 *   one: fs.aio-max-nr bounds the sum of all on a node
 */
export function aioOpener(koffi: typeof Koffi, library: LibraryHandle) {
  const numbers = process.platform === 'linux' ? systemCalls[process.arch] : undefined;
  if (!numbers) return (): undefined => undefined;
  const setup = library.func('long syscall(long number, uint32_t capacity, _Out_ uint64_t *context)');
  const submit = library.func('long syscall(long number, uint64_t context, long count, uint64_t *pointers)');
  const getEvents = library.func(
    'long syscall(long number, uint64_t context, long least, long most, uint64_t events, uint64_t timeout)',
  );
  return (capacity: number): Aio | undefined => {
    const opened = new BigUint64Array(1);
    if (setup(numbers.setup, capacity, opened) !== 0) return undefined;
    const context = Number(opened[0]!);
    return {
      addressOf: (memory) => koffi.address(memory),
      submit(count, pointers) {
        const begun = Number(submit(numbers.submit, context, count, pointers));
        return begun < 0 ? -koffi.errno() : begun;
      },
      getEvents(count, events) {
        const address = Number(koffi.address(events));
        for (let ended = 0; ended < count;) {
          const left = count - ended;
          const more = Number(getEvents(numbers.getEvents, context, left, left, address + ended * EVENT_BYTES, 0));
          if (more >= 0) ended += more;
          // What has been sent must be known: else bytes would come twice.
          else if (koffi.errno() !== constants.errno.EINTR)
            throw new Error(`io_getevents failed with errno ${koffi.errno()}`);
        }
      },
    };
  };
}
