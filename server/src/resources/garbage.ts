import type { Libc } from '../limits/libc.ts';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Percent of what is alive; the engine itself takes 10 to 300, less the busier the process is. */
const GROWTH = 400;
const TRIM_INTERVAL_MS = 5_000;

let collect: unknown;

/** Makes this process's engine give back what nobody uses any more, which it else does when its heap limit nears. */
export function collectGarbage(libc: Pick<Libc, 'trimMemory'> | undefined): void {
  if (collect === undefined) {
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc');
  }
  if (typeof collect === 'function') Reflect.apply(collect, undefined, []);
  libc?.trimMemory();
}

/**
 * Lets the heap of this process grow to five times what is alive before it is marked again, however busy the process is;
 * the heap's limit stays. For TLS: each handshake counts with 115 KB of OpenSSL's beside the heap, so that a busy process
 * with a heap of 20 MB would mark it at every ninetieth, with hardly anything to collect.
 */
export function letHeapGrow(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWTH}`);
}

/**
 * Gives the system back every few seconds what the C library keeps of freed memory: 24 MB in the supervisor after
 * 100,000 logins. A call takes 0.1 to 0.3 ms beside 17,000 connections.
 */
export function trimRegularly(libc: Pick<Libc, 'trimMemory'> | undefined): void {
  if (libc) setInterval(() => libc.trimMemory(), TRIM_INTERVAL_MS).unref();
}
