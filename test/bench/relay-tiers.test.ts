import { expect, it } from '@jest/globals';
import { feedBitsPerSecond, relayTiers } from './relay-tiers.ts';

it('counts what the segments add: 46 of 90 bytes for 64 KiB', () => {
  expect(feedBitsPerSecond(65_536)).toBe(8 * (65_536 + 46 * 90));
});

it('lets a node send as many streams as its bandwidth carries, and adds tiers until the source has no more', () => {
  // 100 MB/s are 0.85 Gbit/s, 29 of which 25 Gbit/s carry: 35 relays feed 1,000 pods, 2 feed these.
  expect(relayTiers(100e6, 25e9, 1_000)).toEqual({ fanOut: 29, tiers: [2, 35] });
  expect(relayTiers(100e6, 25e9, 841)).toEqual({ fanOut: 29, tiers: [29] });
  expect(relayTiers(100e6, 25e9, 29)).toEqual({ fanOut: 29, tiers: [] });
});

it('refuses a feed of which a node sends only one', () => {
  expect(() => relayTiers(2e9, 25e9, 10)).toThrow('no tree');
});
