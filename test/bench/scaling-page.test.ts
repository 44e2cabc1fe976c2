import { expect, it } from '@jest/globals';
import { roundCosts as costs } from './costs-fixture.ts';
import { scalingPage } from './scaling-page.ts';

const page = scalingPage(costs);

it('has only figures in its tables and text', () => {
  expect(page).not.toMatch(/NaN|undefined|Infinity|\[object/);
});

it('names where each cost comes from', () => {
  expect(page).toContain('| f: a flush beside its deliveries | 500.0 µs |');
  expect(page).toContain('| c₂: delivery of 2 KB, cold caches | 14.0 µs | `fanout`, 10,000 every 200 ms |');
  expect(page).toContain('| b: each byte | 1.00 ns |');
  expect(page).toContain('| a: a delivery without its bytes | 12.0 µs | c₂ − b × 2,000 bytes |');
  expect(page).toContain('| a frame of 35 ticks | 5.4 µs |');
  expect(page).toContain('| logins, with subscriptions, a second | 5,000 | `connect`, two workers on 1 CPU |');
  expect(page).toContain("| F: a frame's own bytes | 36 bytes | the encoder |");
});

it("puts a pod's clients through the arithmetic, plain and over TLS", () => {
  // 60.68 / 0.9 ms; 5,000 × (6,778 + 5 × 90) bytes in each; 100 MB and 5 KB a client; 5,000 × 6,778 in flight.
  expect(page).toContain('| 5,000 | 67 ms | 6.8 KB | 140 % | 4.3 Gbit/s | 125 MB | 34 MB | 159 MB |');
  // The most at 250 ms: 9,436 with 25,036 bytes each.
  expect(page).toContain('| 9,400 | 250 ms | 25.0 KB | 140 % | 8 Gbit/s | 147 MB | 236 MB | 383 MB |');
  // Over TLS (0.5 + 2 × 24.072) / (1.4 − 2,000 × 200 µs) ms.
  expect(page).toContain('| 2,000 | 49 ms | 4.9 KB | 140 % |');
  expect(page).toContain('| 4,700 | 250 ms | 25.0 KB | 140 % |');
});

it('puts ten million clients through the arithmetic', () => {
  // 4 × 10⁷ deliveries of 37.036 µs at 70 %; 25,036 bytes each, 18 packets; 1,059 × 100 MB + 10⁷ × 30,036.
  expect(page).toContain(
    '| all of 2,000 ticks/s, every 250 ms | 40 million | 2,100 | 1,100 | 8,000 Gbit/s | 8,500 Gbit/s | 410 GB | 340 | bandwidth |',
  );
  // Deliveries of 86 bytes, one tick each: 20 µs − 4 ns; 176 bytes on the wire; 5,000 + 2.5 × 86 bytes a client.
  expect(page).toContain(
    '| five of 200 symbols, 50 ticks/s, every 20 ms | 500 million | 14,000 | 7,100 | 340 Gbit/s | 700 Gbit/s | 770 GB | 1,000 | CPU |',
  );
  expect(page).toContain('| `MINUTE`, 200 symbols | 0.17 million | 5.2 | 200 | 13 Gbit/s |');
});

it('is held against a load that the costs do not come from', () => {
  // 12 µs and 4,000 bytes at 1 ns.
  expect(page).toContain('deliveries of 4.0 KB, one cost 10.0 µs; the formula gives 16.0 µs');
});

it('says what encoding takes the supervisor', () => {
  // 2,000 × 1 µs + 200 × (2 + 0.9) µs.
  expect(page).toContain('2,000 ticks and 200 frames of 10 ticks, 0.3 % of a CPU for encoding');
  expect(page).toContain('0.7 / e = 350,000 a second');
});

it('bounds relays by the bandwidth of a node, and rollouts by starts and drains', () => {
  expect(page).toContain('f = 25 / 0.85 = 29 such streams');
  expect(page).toContain('2 tiers of 2 and 35 relays, 3.7 % more pods');
  // 10 × (10 + 35 / 2) s; 1,000 × 10 + 4 × 35 s.
  expect(page).toContain('ten pods take 4.6 min, 1,000 pods 2.8 h');
  // 2 × 9,436 by 0.8 × 28.
  expect(page).toContain('ten pods of 9,400 with 30 s make 840');
});
