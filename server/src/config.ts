import type { ConfigProblem } from './config/config-problem.ts';
import type { Environment } from './config/option-values.ts';
import { readOptionValues } from './config/option-values.ts';
import type { OptionValues, ServerEnvName } from './config/options.ts';
import { optionEntries } from './config/options.ts';
import type { ServerConfig } from './config/server-config.ts';
import { assembleConfig } from './config/server-config.ts';

/** The environment variables that the server understands. */
export type ServerEnv = Partial<Record<ServerEnvName, string>>;
export { readHotSettings } from './config/hot-settings.ts';
export type { HotSettings, ServerEnvName } from './config/options.ts';

export type ConfigResult = { config: ServerConfig; notes: string[] } | { problems: ConfigProblem[] };

/** Names that begin like ours and are none of ours are most likely typing errors. */
const ownPrefixes = /^(ADMIN|AUTH|BATCH|CONNECTION|FEED|HEARTBEAT|IP|STREAM|SUBSCRIBE|TCP|TLS|ULIMIT|WRITE)_/;
/** Settings of the first implementation's runtime that deployments still carry. */
const withoutEffect: Readonly<Record<string, string>> = {
  GOMAXPROCS: 'the number of workers follows from the CPU limit; WORKERS overrides it',
  GOMEMLIMIT: 'heap sizes follow from the memory limit; MEMORY_LIMIT overrides it',
  GOGC: 'the garbage collector has no such setting',
};

/**
 * Validates the environment.
 * @returns the settings and notes about what has no effect, or every problem at once
 */
export function readConfig(env: Environment): ConfigResult {
  const values = readOptionValues(env);
  if ('problems' in values) return values;
  const problems = crossProblems(values);
  if (problems.length > 0) return { problems };
  return { config: assembleConfig(values), notes: notesOn(env, values) };
}

function crossProblems(values: OptionValues): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const need = (name: 'TLS_CERT_FILE' | 'TLS_KEY_FILE' | 'TLS_CA_FILE', when: string): void => {
    if (values[name] === '') problems.push({ name, value: '', allowed: `the path of a PEM file when ${when}` });
  };
  for (const [name, other] of [
    ['AUTH_USERNAME', 'AUTH_PASSWORD'],
    ['AUTH_PASSWORD', 'AUTH_USERNAME'],
  ] as const) {
    if (values[name] === '' && values[other] !== '') {
      problems.push({ name, value: '', allowed: `to be set together with ${other}` });
    }
  }
  if (values.PROXY_PROTOCOL && values.PROXY_TRUSTED_CIDRS.length === 0) {
    const allowed = 'the addresses or CIDRs of the load balancers when PROXY_PROTOCOL=true';
    problems.push({ name: 'PROXY_TRUSTED_CIDRS', value: '', allowed });
  }
  if (values.TLS_ENABLED) {
    need('TLS_CERT_FILE', 'TLS_ENABLED=true');
    need('TLS_KEY_FILE', 'TLS_ENABLED=true');
    if (values.TLS_CLIENT_AUTH !== 'none') need('TLS_CA_FILE', `TLS_CLIENT_AUTH=${values.TLS_CLIENT_AUTH}`);
  }
  if (values.ADMIN_TOKEN !== '' && values.ADMIN_TOKEN_FILE !== '')
    problems.push({ name: 'ADMIN_TOKEN_FILE', value: values.ADMIN_TOKEN_FILE, allowed: 'nothing: ADMIN_TOKEN is set' });
  const { MONITOR_SOFT_PERCENT: soft, MONITOR_HARD_PERCENT: hard } = values;
  if (soft >= hard) {
    const allowed = `a whole number below MONITOR_HARD_PERCENT (${hard})`;
    problems.push({ name: 'MONITOR_SOFT_PERCENT', value: String(soft), allowed });
  }
  return problems;
}

function notesOn(env: Environment, values: OptionValues): string[] {
  const notes: string[] = [];
  const known = new Set(optionEntries.flatMap(([name, { alias }]) => (alias === undefined ? [name] : [name, alias])));
  for (const name of Object.keys(env).sort()) {
    if (env[name] && name in withoutEffect) notes.push(`${name} has no effect: ${withoutEffect[name]}`);
    if (ownPrefixes.test(name) && !known.has(name))
      notes.push(`${name} is not a setting of this server; it is ignored`);
  }
  for (const [name, { alias }] of optionEntries) {
    if (alias !== undefined && env[name] && env[alias]) notes.push(`${alias} has no effect: ${name} is set too`);
  }
  if (!values.PROXY_PROTOCOL && values.PROXY_TRUSTED_CIDRS.length > 0) {
    notes.push('PROXY_TRUSTED_CIDRS has no effect: PROXY_PROTOCOL is false');
  }
  if (!values.TLS_ENABLED) {
    const idle = (['TLS_CERT_FILE', 'TLS_KEY_FILE', 'TLS_CA_FILE'] as const).filter((name) => values[name] !== '');
    for (const name of idle) notes.push(`${name} has no effect: TLS_ENABLED is false`);
  }
  return notes;
}
