import { expect, it } from '@jest/globals';
import type { Case, ContenderName } from './scenario.ts';
import { turnsOf } from './turns.ts';

const caseOf = (label: string, ...contenders: ContenderName[]): Case => ({
  label,
  contenders,
  load: { connections: 1, frameBytes: 1, intervalUs: 1 },
  options: { connections: 1, warmUpMs: 1, measureMs: 1 },
});
const orderOf = (cases: readonly Case[], round: number): string[] =>
  turnsOf(cases, round).map(({ case: { label }, contender }) => `${label} ${contender}`);

it('begins each round of a load with another contender', () => {
  const cases = [caseOf('a', 'floor', 'tick-storm', 'nats'), caseOf('b', 'tick-storm')];
  expect(orderOf(cases, 0)).toEqual(['a floor', 'a tick-storm', 'a nats', 'b tick-storm']);
  expect(orderOf(cases, 1)).toEqual(['a tick-storm', 'a nats', 'a floor', 'b tick-storm']);
});

it('takes contenders in turn that have a case each under one label', () => {
  const cases = [caseOf('a', 'tick-storm'), caseOf('a', 'nats')];
  expect(orderOf(cases, 1)).toEqual(['a nats', 'a tick-storm']);
});
