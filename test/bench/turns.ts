import type { Case, ContenderName } from './scenario.ts';

/** One case for one of its contenders. */
export interface Turn {
  readonly case: Case;
  readonly contender: ContenderName;
}

/**
 * The order in which a round measures: load by load, the contenders of one load beside each other, and each round
 * begins with another one. Cases with the same label are one load whose contenders differ in their options.
 * @param round counts from 0
 */
export function turnsOf(cases: readonly Case[], round: number): Turn[] {
  const labels = [...new Set(cases.map(({ label }) => label))];
  return labels.flatMap((label) => {
    const turns = cases
      .filter((each) => each.label === label)
      .flatMap((each) => each.contenders.map((contender): Turn => ({ case: each, contender })));
    const from = round % turns.length;
    return [...turns.slice(from), ...turns.slice(0, from)];
  });
}
