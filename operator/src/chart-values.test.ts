import { expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { ENVIRONMENT_VARIABLES, readEnvironment } from './environment.ts';
import { trusted } from './runtime/trusted.ts';

const read = (path: string): string =>
  readFileSync(new URL(`../../charts/tick-storm-operator/${path}`, import.meta.url), 'utf8');

interface Bounds {
  readonly minimum: number;
  readonly maximum: number;
}

const template = read('templates/deployment.yaml');
const { tuning } = trusted<{ tuning: Record<string, number> }>(parse(read('values.yaml')));
const bounds = trusted<{ properties: { tuning: { properties: Record<string, Bounds> } } }>(
  JSON.parse(read('values.schema.json')),
).properties.tuning.properties;

/** Each number of `tuning`, and the variable that the template makes of it. */
const variables = [
  ...template.matchAll(/- name: (?<variable>[A-Z_]+)\n +value: \{\{ \.(?<value>\w+) \| quote \}\}/g),
].map(({ groups }) => [groups!['value']!, groups!['variable']!] as const);

const environmentWith = (set: Readonly<Record<string, string>>): unknown => {
  const result = readEnvironment(set, { podName: 'operator', podNamespace: 'default' });
  return result.ok ? result.environment : undefined;
};

it('the chart sets every variable of the operator, and no other', () => {
  const set = [...template.matchAll(/^ +- name: (?<name>[A-Z_]+)$/gm)].map(({ groups }) => groups!['name']!);
  expect(set.toSorted()).toEqual([...ENVIRONMENT_VARIABLES].toSorted());
});

it("the chart's numbers are the operator's defaults", () => {
  expect(Object.keys(tuning).toSorted()).toEqual(variables.map(([value]) => value).toSorted());
  const asText = Object.fromEntries(variables.map(([value, variable]) => [variable, String(tuning[value])]));
  expect(environmentWith(asText)).toEqual(environmentWith({}));
});

it.each(variables)('the chart takes of tuning.%s what the operator takes of %s', (value, variable) => {
  const { minimum, maximum } = bounds[value]!;
  const taken = [minimum - 1, minimum, maximum, maximum + 1].map(
    (number) => environmentWith({ [variable]: String(number) }) !== undefined,
  );
  expect(taken).toEqual([false, true, true, false]);
});
