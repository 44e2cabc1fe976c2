import { once } from 'node:events';
import { Board } from './board.ts';
import type { PodTick, Streams } from './streams.ts';

/** How much was shown, for the last line. */
export interface Shown {
  readonly ticks: number;
  readonly pods: number;
}

const framesPerSecond = 5;
/** Lines of the screen that are not symbols. */
const otherLines = 10;

/** Prints the first `count` ticks, a line each, taken from all pods in turn. */
export async function showTicks(streams: Streams, count: number, signal: AbortSignal): Promise<Shown> {
  const waiting = new Map<string, PodTick[]>(streams.pods.map((pod) => [pod, []]));
  const shown = new Set<string>();
  let ticks = 0;
  const { promise: done, resolve } = Promise.withResolvers<void>();
  const following = streams.each((podTick) => {
    if (ticks >= count) return;
    waiting.set(podTick.pod, [...(waiting.get(podTick.pod) ?? []), podTick]);
    // A round is printed when every pod has something to print.
    while (ticks < count && [...waiting.values()].every((queue) => queue.length > 0)) {
      for (const queue of waiting.values()) {
        if (ticks === count) break;
        const next = queue.shift()!;
        console.log(tickLine(next));
        shown.add(next.pod);
        ticks++;
      }
    }
    if (ticks >= count) resolve();
  });
  await Promise.race([done, following, once(signal, 'abort').then(() => signal.throwIfAborted())]);
  return { ticks, pods: shown.size };
}

/** Shows the market until the signal fires: redrawn in place on a terminal, else a line a tick. */
export async function showLive(
  streams: Streams,
  frame: { readonly header: string; readonly footer: readonly string[] },
  signal: AbortSignal,
): Promise<Shown> {
  const board = new Board(streams.pods, Date.now());
  const { stdout } = process;
  const following = streams.each((podTick) => {
    board.add(podTick);
    if (!stdout.isTTY) console.log(tickLine(podTick));
  });
  const draw = (): void => {
    const symbols = Math.max(3, stdout.rows - otherLines - frame.footer.length);
    const lines = [frame.header, '', ...board.lines(Date.now(), symbols), '', ...frame.footer];
    // Home, each line cleared to its end, then all below.
    stdout.write(`\u001B[H${lines.map((line) => `${line.slice(0, stdout.columns)}\u001B[K\n`).join('')}\u001B[J`);
  };
  if (stdout.isTTY) stdout.write('\u001B[2J');
  const timer = stdout.isTTY ? setInterval(draw, 1000 / framesPerSecond) : undefined;
  try {
    await Promise.race([following, once(signal, 'abort')]);
  } finally {
    clearInterval(timer);
  }
  return { ticks: board.total, pods: board.pods };
}

function tickLine({ pod, tick }: PodTick): string {
  const time = new Date(tick.timestampMs).toISOString().slice(11, 23);
  const price = tick.price.toFixed(2).padStart(9);
  return `${time}  ${tick.symbol.padEnd(6)} ${price}  bid ${tick.bid.toFixed(2)}  ask ${tick.ask.toFixed(2)}  from ${pod}`;
}
