import type { Aio } from './aio.ts';
import { aioOpener } from './aio.ts';
import type { Epoll } from './epoll.ts';
import { epollOpener } from './epoll.ts';

/** One process limit; Infinity = unlimited. */
interface ResourceLimit {
  soft: number;
  hard: number;
}

/** Numbers of the limits on Linux (x86-64 and arm64), from <asm-generic/resource.h>. */
export const Resource = { CPU: 0, DATA: 2, STACK: 3, CORE: 4, NOFILE: 7 } as const;
export type Resource = (typeof Resource)[keyof typeof Resource];

/** The calls of the C library that Node has no API for. */
export interface Libc {
  getLimit(resource: Resource): ResourceLimit;
  /** @returns undefined, or why the system refused */
  setLimit(resource: Resource, limit: ResourceLimit): string | undefined;
  /** Gives the system back what the allocator keeps of freed memory (glibc; elsewhere nothing happens). */
  trimMemory(): void;
  /** Sets SO_RCVBUF and SO_SNDBUF. @returns undefined, or why the system refused */
  setSocketBuffers(descriptor: number, receiveBytes: number, sendBytes: number): string | undefined;
  /**
   * send(2) with MSG_DONTWAIT and MSG_NOSIGNAL.
   * @returns how many bytes the socket has taken, or -1 when it takes none or has failed
   */
  readonly send: (descriptor: number, bytes: Buffer) => number;
  /**
   * recv(2) with MSG_DONTWAIT.
   * @returns how many bytes have come, 0 after the last one, or -errno
   */
  readonly receive: (descriptor: number, into: Buffer) => number;
  /** Another number for the same socket, which stays open when the first one is closed. @returns it, or -errno */
  duplicate(descriptor: number): number;
  closeDescriptor(descriptor: number): void;
  /** @returns undefined where the system refuses it */
  readonly openAio: (capacity: number) => Aio | undefined;
  /** @returns undefined where the system refuses it */
  readonly openEpoll: () => Epoll | undefined;
}

const SOL_SOCKET = 1;
const SO_SNDBUF = 7;
const SO_RCVBUF = 8;
/** Linux's numbers. */
const MSG_DONTWAIT = 0x40;
const MSG_NOSIGNAL = 0x4000;
const SEND_FLAGS = MSG_DONTWAIT | MSG_NOSIGNAL;
/** fcntl(2): a duplicate that a program does not inherit. */
const F_DUPFD_CLOEXEC = 1_030;
const RLIM_INFINITY = 2n ** 64n - 1n;

/** Loads the C library through koffi's prebuilt addon. @throws when there is none for this platform */
export async function loadLibc(): Promise<Libc> {
  const { default: koffi } = await import('koffi');
  const library = koffi.load(null);
  const getrlimit = library.func('int getrlimit(int resource, _Out_ uint64_t *limit)');
  const setrlimit = library.func('int setrlimit(int resource, uint64_t *limit)');
  const setsockopt = library.func('int setsockopt(int fd, int level, int name, int *value, uint32_t length)');
  const send = library.func('int64_t send(int fd, const uint8_t *bytes, uint64_t length, int flags)');
  const receive = library.func('int64_t recv(int fd, uint8_t *bytes, uint64_t length, int flags)');
  const fcntl = library.func('int fcntl(int fd, int command, int least)');
  const close = library.func('int close(int fd)');
  const mallocTrim = glibcOnly(() => library.func('int malloc_trim(size_t keep)'));
  const check = (result: unknown, call: string): string | undefined => {
    return result === 0 ? undefined : `${call} failed with errno ${koffi.errno()}`;
  };
  return {
    getLimit(resource) {
      const values = new BigUint64Array(2);
      const problem = check(getrlimit(resource, values), 'getrlimit');
      if (problem !== undefined) throw new Error(problem);
      return { soft: fromRlim(values[0]!), hard: fromRlim(values[1]!) };
    },
    setLimit(resource, { soft, hard }) {
      return check(setrlimit(resource, BigUint64Array.of(toRlim(soft), toRlim(hard))), 'setrlimit');
    },
    trimMemory() {
      mallocTrim?.(0);
    },
    setSocketBuffers(descriptor, receiveBytes, sendBytes) {
      const set = (name: number, bytes: number): string | undefined =>
        check(setsockopt(descriptor, SOL_SOCKET, name, Int32Array.of(bytes), 4), 'setsockopt');
      return set(SO_RCVBUF, receiveBytes) ?? set(SO_SNDBUF, sendBytes);
    },
    receive(descriptor, into) {
      const taken = Number(receive(descriptor, into, into.length, MSG_DONTWAIT));
      return taken < 0 ? -koffi.errno() : taken;
    },
    duplicate(descriptor) {
      const other = Number(fcntl(descriptor, F_DUPFD_CLOEXEC, 0));
      return other < 0 ? -koffi.errno() : other;
    },
    closeDescriptor(descriptor) {
      close(descriptor);
    },
    openAio: aioOpener(koffi, library),
    openEpoll: epollOpener(koffi, library),
    send: (descriptor, bytes) => Number(send(descriptor, bytes, bytes.length, SEND_FLAGS)),
  };
}

function glibcOnly<Call>(find: () => Call): Call | undefined {
  try {
    return find();
  } catch {
    return undefined;
  }
}

function fromRlim(value: bigint): number {
  return value === RLIM_INFINITY ? Infinity : Number(value);
}

function toRlim(value: number): bigint {
  return value === Infinity ? RLIM_INFINITY : BigInt(value);
}
