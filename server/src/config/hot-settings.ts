import { formatCidr } from './cidr.ts';
import type { ConfigProblem } from './config-problem.ts';
import type { Field } from './fields.ts';
import { byDefinition } from './option-values.ts';
import type { HotSettings } from './options.ts';
import { optionEntries, settingKey } from './options.ts';

const hotFields: ReadonlyMap<string, Field<unknown>> = new Map(
  optionEntries.filter(([, { reload }]) => reload === 'hot').map(([name, { value }]) => [settingKey(name), value]),
);
const restartNames: ReadonlyMap<string, string> = new Map(
  optionEntries.filter(([, { reload }]) => reload === 'restart').map(([name]) => [settingKey(name), name]),
);
const jsonTypes = { text: 'string', number: 'number', flag: 'boolean' } as const;

/**
 * Reads the configuration file's text, such as `{"logLevel": "info", "ipAllowlist": ["10.0.0.0/8"]}`.
 * @param fallback what holds for a setting that the file does not have
 * @returns the settings, or everything that is wrong, named by key
 */
export function readHotSettings(text: string, fallback: HotSettings): HotSettings | { problems: ConfigProblem[] } {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { problems: [{ name: '(the file)', value: '', allowed: `JSON (${reason})` }] };
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    return { problems: [{ name: '(the file)', value: '', allowed: 'a JSON object with settings' }] };
  const values = new Map<string, unknown>(Object.entries(fallback));
  const problems: ConfigProblem[] = [];
  for (const [key, given] of Object.entries(parsed)) {
    const field = hotFields.get(key);
    if (!field) {
      // The key is what is wrong, and its value may be a secret that belongs into the environment.
      problems.push({ name: key, value: '(not shown)', allowed: whyNot(key) });
      continue;
    }
    const asText = variableText(given, field);
    const value = asText === undefined ? undefined : field.read(asText);
    values.set(key, value);
    if (value === undefined) problems.push({ name: key, value: JSON.stringify(given), allowed: allowedInFile(field) });
  }
  return problems.length > 0 ? { problems } : byDefinition<HotSettings>(values);
}

/** What is allowed and yet hardly meant. */
export function notesOnHotSettings({ heartbeatTimeoutMs, heartbeatIntervalMs }: HotSettings): string[] {
  if (heartbeatTimeoutMs > heartbeatIntervalMs) return [];
  return ['HEARTBEAT_TIMEOUT_MS is not above HEARTBEAT_INTERVAL_MS: clients that keep the interval are closed'];
}

/** The settings that differ, as they are now; lists of addresses as they are written. */
export function changedSettings(before: HotSettings, after: HotSettings): Record<string, unknown> {
  const old: ReadonlyMap<string, unknown> = new Map(Object.entries(shownSettings(before)));
  return Object.fromEntries(
    Object.entries(shownSettings(after)).filter(
      ([key, value]) => JSON.stringify(value) !== JSON.stringify(old.get(key)),
    ),
  );
}

/** The settings as the configuration file would write them; durations in milliseconds. */
export function shownSettings(hot: HotSettings): Record<string, unknown> {
  const { ipAllowlist, ipBlocklist } = hot;
  return { ...hot, ipAllowlist: ipAllowlist.map(formatCidr), ipBlocklist: ipBlocklist.map(formatCidr) };
}

/** What the configuration file may hold for a setting. */
export function allowedInFile({ json, allowed }: Field<unknown>): string {
  return json === 'list' ? allowed.replace('comma-separated list', 'JSON list') : allowed;
}

/** The text that the environment would give for a value of the file; undefined when it is of another kind. */
function variableText(given: unknown, { json }: Field<unknown>): string | undefined {
  if (json !== 'list') return typeof given === jsonTypes[json] ? String(given) : undefined;
  const isList = Array.isArray(given) && given.every((item) => typeof item === 'string' && !item.includes(','));
  return isList ? given.join(',') : undefined;
}

function whyNot(key: string): string {
  const known = [...hotFields.keys()].join(', ');
  const variable = restartNames.get(key);
  const reason = variable === undefined ? '' : `${variable} in the environment, and a restart; `;
  return `${reason}the file may have ${known}`;
}
