import { constants } from 'node:os';
import type Koffi from 'koffi';
import type { LibraryHandle } from 'koffi';

/** Descriptors of which the kernel tells when there is something to read, epoll(7). */
export interface Epoll {
  /** @returns false when the system refuses it */
  add(descriptor: number): boolean;
  remove(descriptor: number): void;
  /**
   * Tells, without waiting, of those that have something to read; those that still have are told of again the next
   * time, after all others.
   * @param onReady is told, too, whether the peer has ended or the socket has failed
   * @returns of how many it has told, at most {@link EPOLL_EVENTS}
   */
  poll(onReady: (descriptor: number, hasEnded: boolean) => void): number;
}

const { errno } = constants;

// Of <sys/epoll.h>.
const EPOLL_CLOEXEC = 0o2000000;
const EPOLL_CTL_ADD = 1;
const EPOLL_CTL_DEL = 2;
const EPOLLIN = 0x1;
const EPOLLERR = 0x8;
const EPOLLHUP = 0x10;
const EPOLLRDHUP = 0x2000;
const ENDED = EPOLLERR | EPOLLHUP | EPOLLRDHUP;

/** struct epoll_event in words of 32 bits: what has happened, and 64 bits of the caller's. x86-64 packs it. */
const words = process.arch === 'x64' ? 3 : 4;
const dataWord = words - 2;
/** Of how many one call tells. */
export const EPOLL_EVENTS = 256;

/**
 * @param library the C library
 * @returns a function that opens a set of descriptors, or says undefined when the system refuses
 */
export function epollOpener(koffi: typeof Koffi, library: LibraryHandle): () => Epoll | undefined {
  if (process.platform !== 'linux') return () => undefined;
  const create = library.func('int epoll_create1(int flags)');
  const control = library.func('int epoll_ctl(int set, int operation, int descriptor, uint32_t *event)');
  const wait = library.func('int epoll_wait(int set, uint32_t *events, int most, int timeout)');
  return () => {
    const set = Number(create(EPOLL_CLOEXEC));
    if (set < 0) return undefined;
    const event = new Uint32Array(words);
    const events = new Uint32Array(EPOLL_EVENTS * words);
    return {
      add(descriptor) {
        event[0] = EPOLLIN | EPOLLRDHUP;
        event[dataWord] = descriptor;
        return control(set, EPOLL_CTL_ADD, descriptor, event) === 0;
      },
      remove(descriptor) {
        control(set, EPOLL_CTL_DEL, descriptor, event);
      },
      poll(onReady) {
        const count = Number(wait(set, events, EPOLL_EVENTS, 0));
        if (count < 0) {
          if (koffi.errno() === errno.EINTR) return 0;
          throw new Error(`epoll_wait failed with errno ${koffi.errno()}`);
        }
        for (let index = 0, at = 0; index < count; index++, at += words) {
          onReady(events[at + dataWord]!, (events[at]! & ENDED) !== 0);
        }
        return count;
      },
    };
  };
}
