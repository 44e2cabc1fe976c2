import { describe, expect, it } from '@jest/globals';
import { LandingClients } from './testing/landing-clients.ts';

const HOUR = 3_600;
const DRAIN_SECONDS = 50;
/** Seconds of a round in which clients are asked. */
const ASKING_SECONDS = 15;

const filled = (before: number, after: number, each: number): number[] =>
  Array.from({ length: after }, (_, index) => (index < before ? each : 0));
const shareOf = ({ total, counts }: LandingClients): number => total / counts.length;
const tolerance = (world: LandingClients): number => Math.max(0.1 * shareOf(world), 2 * Math.sqrt(shareOf(world)));
const stops = ({ told }: LandingClients): string[] => told.filter((note) => note.startsWith('RebalanceStopped'));

const changes: readonly (readonly [number, number, number])[] = [
  [2, 3, 1_000],
  [3, 4, 1_000],
  [5, 6, 1_000],
  [10, 11, 1_000],
  [12, 16, 1_000],
  [4, 8, 100],
  [1, 2, 12],
];

describe('clients that come to any pod by chance', () => {
  it.each([...changes, [10, 11, 5_000]])(
    'from %d to %d pods of %d are level after about one move of each',
    async (before, after, each) => {
      const clients = filled(before, after, each);
      for (const seed of [1, 2]) {
        const world = new LandingClients({ seed, clients, drainSeconds: DRAIN_SECONDS });
        await world.pass(HOUR);
        expect(world.range).toBeLessThanOrEqual(tolerance(world));
        expect(world.moves / world.total).toBeLessThanOrEqual(1.25);
        expect(world.mostMovesOfOne).toBeLessThanOrEqual(3);
        expect(world.mostMovesAtOnce / ASKING_SECONDS).toBeLessThanOrEqual(Math.max(shareOf(world) / DRAIN_SECONDS, 1));
        expect(stops(world)).toEqual([]);
      }
    },
  );

  it.each(changes)('from %d to %d pods of %d stay as they are then while they come and go', async (...change) => {
    const world = new LandingClients({ seed: 4, clients: filled(...change), drainSeconds: DRAIN_SECONDS });
    await world.pass(HOUR);
    const { moves } = world;
    // Each lives for an hour on average, and so most are other ones after a few. Chance may stray once in so long.
    await world.pass(4 * HOUR, 1 / HOUR);
    expect((world.moves - moves) / (4 * world.total)).toBeLessThan(0.01);
  });

  it('are levelled while they come and go, too', async () => {
    const world = new LandingClients({ seed: 5, clients: filled(10, 11, 1_000), drainSeconds: DRAIN_SECONDS });
    await world.pass(HOUR, 1 / HOUR);
    const { moves } = world;
    expect(world.range).toBeLessThan(200);
    await world.pass(4 * HOUR, 1 / HOUR);
    expect([world.moves, stops(world)]).toEqual([moves, []]);
  });
});

it.each([
  [2, 3],
  [10, 11],
])('clients that never come to the last of the pods, from %d to %d, are soon left alone', async (before, after) => {
  const landing = (pods: number): number => Math.floor(pods / 2);
  const clients = filled(before, after, 1_000);
  const world = new LandingClients({ seed: 6, clients, drainSeconds: DRAIN_SECONDS, landing });
  await world.pass(3 * HOUR);
  expect(stops(world)[0]).toMatch(/of \d+ clients that were asked to move 0 came to the pods with room/i);
  // The pauses have grown: two more rounds an hour.
  const { moves } = world;
  await world.pass(HOUR);
  expect(world.moves - moves).toBeLessThanOrEqual(3 * world.mostMovesAtOnce);
});
