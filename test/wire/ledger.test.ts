import { afterEach, expect, it } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { crowd } from '../lossless/crowd.ts';
import { LocalFleet } from '../lossless/local-fleet.ts';
import { SYMBOLS, TICK_INTERVAL_MS } from '../lossless/rounds.ts';
import { PASSWORD, ServerProcess, USERNAME } from './server-process.ts';

const feed = { FEED_SYMBOLS: SYMBOLS.join(','), FEED_TICK_INTERVAL_MS: String(TICK_INTERVAL_MS), WORKERS: '1' };
const CLIENTS = 30;

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop();
});

// What says in the cluster that nothing is lost has to say it when something is.
it.each([
  ['finds every loss, and that the clients tell of it, where the next server has no history', '0', true],
  ['finds none where it has', '5m', false],
])('the ledger of the loss tests %s', async (_, history, isLost) => {
  const first = await ServerProcess.start(feed);
  const place = { address: `127.0.0.1:${first.port}`, username: USERNAME, password: PASSWORD };
  const fleet = new LocalFleet();
  stops.push(
    () => first.stop(),
    () => fleet.close(),
  );
  await fleet.open(crowd(CLIENTS, place, place));
  const { resuming: before } = await fleet.window();
  await first.stop();
  // So that each symbol has ticked, and every client has something to miss.
  await pause(2 * TICK_INTERVAL_MS);
  const env = { ...feed, LISTEN_ADDR: `127.0.0.1:${first.port}`, HISTORY_WINDOW: history };
  const next = await ServerProcess.start(env);
  stops.push(() => next.stop());
  expect(await fleet.settle((await fleet.highest()) + SYMBOLS.length * 4, 30_000)).toBe(0);
  const { resuming, original } = await fleet.window();
  expect(before.missing).toBe(0);
  expect(resuming.missing > 0).toBe(isLost);
  expect(resuming.gaps).toBe(isLost ? resuming.pausesMs.length : 0);
  expect([resuming.duplicated, resuming.outOfOrder]).toEqual([0, 0]);
  expect(resuming.subscribedAtMs.length).toBe(resuming.pausesMs.length);
  // A client of the original protocol loses what passes while it is away in either case.
  expect(original.missing).toBeGreaterThan(0);
  expect(original.closes).toBe(original.pausesMs.length);
});
