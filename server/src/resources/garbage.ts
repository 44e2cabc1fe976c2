import type { Libc } from '../limits/libc.ts';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

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
