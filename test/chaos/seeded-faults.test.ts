import { expect, it } from '@jest/globals';
import type { ProxiedRequest } from './fault.ts';
import { SeededFaults } from './seeded-faults.ts';

const requests: readonly ProxiedRequest[] = ['a', 'b', 'c'].flatMap((name) => [
  { method: 'GET', path: `/${name}`, isWatch: true },
  { method: 'GET', path: `/${name}`, isWatch: false, isList: true },
  { method: 'PATCH', path: `/${name}`, isWatch: false },
]);

/** What becomes of 500 rounds of requests, by request, in the order in which `turn` brings each round. */
function faultsBy(seed: number, turn: (round: readonly ProxiedRequest[]) => readonly ProxiedRequest[]): object {
  const faults = new SeededFaults({ seed, withStalls: true });
  const seen = new Map<string, unknown[]>();
  for (let round = 0; round < 500; round += 1) {
    for (const request of turn(requests)) {
      const key = `${request.method} ${request.path} ${request.isWatch}`;
      seen.set(key, [...(seen.get(key) ?? []), faults.next(request)]);
    }
  }
  return Object.fromEntries(seen);
}

it('brings the same faults for the same seed, in whatever order different requests come', () => {
  const once = faultsBy(7, (round) => round);
  expect(faultsBy(7, (round) => round.toReversed())).toEqual(once);
  expect(faultsBy(8, (round) => round)).not.toEqual(once);
});

it('brings every kind of fault', () => {
  const faults = new SeededFaults({ seed: 1, withStalls: true });
  for (let round = 0; round < 3_000; round += 1) for (const request of requests) faults.next(request);
  const calls = ['status 429', 'status 500', 'status 503', 'status 409', 'reset', 'lose-answer', 'cut', 'garbage'];
  const watches = ['cut', 'expire', 'status 500', 'status 429', 'reset', 'stall'].map((kind) => `watch ${kind}`);
  expect([...faults.injected.keys()].toSorted((a, b) => a.localeCompare(b))).toEqual(
    [...calls, 'delay', 'stall', 'stale', ...watches].toSorted((a, b) => a.localeCompare(b)),
  );
});
