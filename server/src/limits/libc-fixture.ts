import type { Libc } from './libc.ts';

/** For tests: a C library that refuses whatever can be refused. */
export const refusingLibc: Libc = {
  getLimit: () => ({ soft: 1_000, hard: 1_000 }),
  setLimit: () => 'refused',
  trimMemory: () => {},
  setSocketBuffers: () => 'refused',
  send: () => -1,
  receive: () => -1,
  duplicate: () => -1,
  closeDescriptor: () => {},
  openAio: () => undefined,
  openEpoll: () => undefined,
};
