import { expect, it } from '@jest/globals';
import { Allowance, outcomesOf } from './limit-range-orders.ts';

const limits = (amounts: Record<string, string>) => ({ default: amounts, defaultRequest: {} });

it('is each outcome once, whatever order it comes of', () => {
  const givers = [limits({ cpu: '1', memory: '1Gi' }), limits({ cpu: '2' }), limits({ memory: '2Gi' })];
  const outcomes = [...outcomesOf(givers, new Allowance())].map((outcome) => outcome.default);
  expect(outcomes).toHaveLength(4);
  expect(outcomes).toEqual(
    expect.arrayContaining(['1', '2'].flatMap((cpu) => ['1Gi', '2Gi'].map((memory) => ({ cpu, memory })))),
  );
});

it('is one where there is nothing to give', () => {
  expect([...outcomesOf([], new Allowance())]).toEqual([limits({})]);
});

it('ends when the allowance is spent, in the middle of the search', () => {
  let looks = 0;
  const givers = Array.from({ length: 100 }, (_, index) => ({
    get default() {
      looks += 1;
      return { [`device/${index >> 1}`]: `${index}` };
    },
    defaultRequest: {},
  }));
  const allowance = new Allowance();
  expect([...outcomesOf(givers, allowance)]).toEqual([]);
  expect(allowance.isOverdrawn).toBe(true);
  expect(looks).toBeLessThan(10_000);
});
