import type { Field } from './fields.ts';
import type { Option } from './option.ts';
import { accessOptions } from './options/access.ts';
import { feedOptions } from './options/feed.ts';
import { flowOptions } from './options/flow.ts';
import { historyOptions } from './options/history.ts';
import { processLimitOptions } from './options/process-limits.ts';
import { processOptions } from './options/process.ts';
import { resourceOptions } from './options/resources.ts';
import { tlsOptions } from './options/tls.ts';

/** Every setting of the server, in the order of its documentation. */
const options = {
  ...processOptions,
  ...accessOptions,
  ...flowOptions,
  ...historyOptions,
  ...tlsOptions,
  ...feedOptions,
  ...processLimitOptions,
  ...resourceOptions,
};

type Options = typeof options;

/** Name of a setting: of its environment variable, aliases apart. */
type OptionName = keyof Options;
type AliasName = Extract<Options[OptionName], { alias: string }>['alias'];

/** Every environment variable that the server understands. */
export type ServerEnvName = OptionName | AliasName;

/** What a setting is once it is read. */
type OptionValue<Name extends OptionName> = Options[Name]['value'] extends Field<infer T> ? T : never;
/** The settings as read. */
export type OptionValues = { readonly [Name in OptionName]: OptionValue<Name> };

type CamelCase<Text extends string> = Text extends `${infer Head}_${infer Tail}`
  ? `${Lowercase<Head>}${Capitalize<CamelCase<Tail>>}`
  : Lowercase<Text>;

/** Names of what can change while the server runs. */
type HotName = { [Name in OptionName]: Options[Name]['reload'] extends 'hot' ? Name : never }[OptionName];
/** What can change while the server runs, by its key in the configuration file. */
export type HotSettings = { readonly [Name in HotName as CamelCase<Name>]: OptionValue<Name> };

/** Name and definition of each setting. */
export const optionEntries: readonly (readonly [name: string, option: Option<unknown>])[] = Object.entries(options);

/** `MAX_CONNECTIONS` as `maxConnections`: the key of a setting in the configuration file. */
export function settingKey(name: string): string {
  return name.toLowerCase().replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase());
}
