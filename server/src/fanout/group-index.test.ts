import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { GroupIndex } from './group-index.ts';
import { SymbolFilter } from './symbol-filter.ts';

const symbol = fc.string({ unit: fc.constantFrom('A', 'B', 'C'), minLength: 1, maxLength: 3 });
const part = fc.oneof(
  symbol,
  symbol.map((prefix) => `${prefix}*`),
  fc.constant('*'),
);
const steps = fc.array(
  fc.oneof(
    fc.record({ join: fc.array(part, { maxLength: 4 }) }),
    fc.record({ tick: symbol }),
    fc.record({ leave: fc.nat(10) }),
  ),
);

describe('GroupIndex', () => {
  it('finds for a tick every group whose filter matches and no other, whatever came and went before', () => {
    const property = fc.property(steps, symbol, (steps, last) => {
      const index = new GroupIndex(1);
      for (const step of [...steps, { tick: last }]) {
        if ('join' in step) {
          const filter = new SymbolFilter(step.join);
          if (!index.byFilter(filter)) index.create(filter);
        } else if ('leave' in step) {
          const group = [...index.all()][step.leave];
          if (group) index.remove(group);
        } else {
          const expected = [...index.all()].filter(({ filter }) => filter.matches(step.tick));
          expect(new Set(index.matching(step.tick))).toEqual(new Set(expected));
          expect(expected.every(({ symbols }) => symbols.has(step.tick))).toBe(true);
        }
      }
    });
    fc.assert(property);
  });
});
