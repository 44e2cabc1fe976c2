import { expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { REASONS } from './controller/reasons.ts';
import { EVENT_REASONS } from './event-reasons.ts';

/** Where events are made. Types see to it that they have no reason beyond the list. */
const MAKERS = ['controller/instance-events.ts', 'scaling/scale-in-control.ts', 'scaling/rebalancer.ts'];

it('lists every reason that an event is made with, and none that a condition has', () => {
  const source = MAKERS.map((file) => readFileSync(new URL(file, import.meta.url), 'utf8')).join('\n');
  const made = [...source.matchAll(/(?:\breason: |\b(?:normal|warning)\(\s*)'(?<reason>\w+)'/g)].map(
    ({ groups }) => groups!['reason']!,
  );
  expect([...new Set(made)].toSorted()).toEqual(Object.keys(EVENT_REASONS).toSorted());
  expect(Object.keys(EVENT_REASONS).filter((reason) => reason in REASONS)).toEqual([]);
});
