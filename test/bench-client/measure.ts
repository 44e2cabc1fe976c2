import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Load } from './load.ts';
import type { Progress } from './reader-process.ts';
import type { ReaderKind } from './readers.ts';
import { TickSource } from './tick-source.ts';

const PROGRAM = join(import.meta.dirname, 'reader-process.ts');

/** How long one measurement takes. */
export interface Pace {
  /** Until the compiler has seen what is hot. */
  readonly warmUpMs: number;
  readonly measureMs: number;
}

/** @returns CPU time of the readers' process, the kernel's included, for each tick that it took, in microseconds */
export async function measure(kind: ReaderKind, load: Load, { warmUpMs, measureMs }: Pace): Promise<number> {
  const source = new TickSource(load);
  const port = await source.listen();
  const child = fork(PROGRAM, [kind, String(port), String(load.connections)], { execArgv: ['--conditions=source'] });
  try {
    await answer(child);
    source.start();
    await pause(warmUpMs);
    const before = await progress(child);
    await pause(measureMs);
    const after = await progress(child);
    const ticks = after.ticks - before.ticks;
    if (ticks === 0) throw new Error(`the readers (${kind}) got no ticks within ${measureMs} ms`);
    return (after.cpuMicros - before.cpuMicros) / ticks;
  } finally {
    if (child.connected) {
      const exit = once(child, 'exit');
      child.disconnect();
      await exit;
    }
    source.close();
  }
}

async function progress(child: ChildProcess): Promise<Progress> {
  child.send('progress');
  return (await answer(child)) as Progress;
}

/** The next thing that the child says. */
async function answer(child: ChildProcess): Promise<unknown> {
  const done = new AbortController();
  const { signal } = done;
  const message = once(child, 'message', { signal }).then(([first]: unknown[]) => first);
  const ended = once(child, 'exit', { signal }).then(() => Promise.reject(new Error('the process of readers ended')));
  try {
    return await Promise.race([message, ended]);
  } finally {
    done.abort();
  }
}
