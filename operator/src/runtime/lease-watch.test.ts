import { expect, it } from '@jest/globals';
import { LeaseWatch } from './lease-watch.ts';

/** The pauses that a watch of these answers makes, one for each. */
async function pausesOf(answers: readonly ('ends' | 'fails')[]): Promise<number[]> {
  const ending = new AbortController();
  const pauses: number[] = [];
  let asked = 0;
  async function* nothing(): AsyncGenerator<Uint8Array> {}
  const watch = new LeaseWatch({
    client: {
      watch: async () => {
        const answer = answers[asked++];
        if (asked > answers.length) ending.abort();
        if (answer === 'fails') throw new Error('unreachable');
        return nothing();
      },
    },
    namespace: 'n',
    name: 'lease',
    pause: async (delayMs) => void pauses.push(delayMs),
  });
  await watch.run(ending.signal, () => undefined);
  return pauses.slice(0, answers.length);
}

it('pauses ever longer between watches that the server ends at once', async () => {
  expect(await pausesOf(Array.from({ length: 7 }, () => 'ends' as const))).toEqual([
    500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000,
  ]);
});

it('pauses after a watch that failed', async () => {
  expect(await pausesOf(['fails', 'ends', 'fails'])).toEqual([10_000, 500, 10_000]);
});

it('gives a watch up that the server does not end', async () => {
  const ending = new AbortController();
  let asked = 0;
  const watch = new LeaseWatch({
    client: {
      watch: async (_type, _namespace, { signal }) => {
        asked += 1;
        if (asked === 2) ending.abort();
        // Silent until it is cut off.
        return (async function* () {
          if (signal.aborted) return;
          await new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('cut off'))));
          yield new Uint8Array();
        })();
      },
    },
    namespace: 'n',
    name: 'lease',
    longestMs: 5,
    pause: async () => undefined,
  });
  await watch.run(ending.signal, () => undefined);
  expect(asked).toBe(2);
});
