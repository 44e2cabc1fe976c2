import type { ConfigProblem } from './config-problem.ts';
import type { HotSettings, OptionValues } from './options.ts';
import { optionEntries, settingKey } from './options.ts';

/** Variables and their texts. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads every setting. A variable that is empty counts as unset.
 * @returns the values, or every problem at once
 */
export function readOptionValues(env: Environment): OptionValues | { problems: ConfigProblem[] } {
  const values = new Map<string, unknown>();
  const problems: ConfigProblem[] = [];
  for (const [name, { alias, default: byDefault, optionalWith, value, isSecret }] of optionEntries) {
    const given = env[name] || (alias && env[alias]) || '';
    const isLeftOut = given === '' && optionalWith !== undefined && Boolean(env[optionalWith]);
    const read = isLeftOut ? byDefault : value.read(given || byDefault);
    values.set(name, read);
    if (read !== undefined) continue;
    problems.push({ name, value: isSecret && given ? '(not shown)' : given, allowed: value.allowed });
  }
  return problems.length > 0 ? { problems } : byDefinition<OptionValues>(values);
}

/** The values of what can change while the server runs. */
export function hotSettingsOf(values: OptionValues): HotSettings {
  const hot = new Map<string, unknown>();
  const byName: ReadonlyMap<string, unknown> = new Map(Object.entries(values));
  for (const [name, { reload }] of optionEntries) if (reload === 'hot') hot.set(settingKey(name), byName.get(name));
  return byDefinition<HotSettings>(hot);
}

/** @param values one for each name of the shape, by a loop over the definition that the shape is derived from */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- naming the shape at the call is the purpose
export function byDefinition<Shape>(values: ReadonlyMap<string, unknown>): Shape {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- both sides follow from the one table of options
  return Object.fromEntries(values) as Shape;
}
