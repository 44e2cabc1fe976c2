import type { Mode } from '@tick-storm/client';
import { parseArgs } from 'node:util';
import { parseFrom, parseSince } from './start-options.ts';
import { UsageError } from './usage-error.ts';

/** What `tick sub` was asked to do. */
export interface SubOptions {
  addresses: string[];
  username: string;
  /** Where the password comes from: a file's path, or the text itself. */
  password: { file: string } | { text: string };
  symbols: string[];
  mode: Mode;
  /** Where to begin; undefined: with what comes from now on. */
  from: { epoch: string; sequence: number } | undefined;
  /** When to begin, unix ms. */
  startTimeMs: number | undefined;
  /** The paths of PEM files; undefined: plain TCP. */
  tls: { ca: string | undefined; cert: string | undefined; key: string | undefined } | undefined;
  /** Ticks to print before ending; undefined: until interrupted. */
  count: number | undefined;
  isJson: boolean;
  isRetrying: boolean;
}

/**
 * Reads the arguments after `tick sub`.
 * @param nowMs unix ms
 * @returns 'help' when that is asked for
 * @throws UsageError
 */
export function parseSubOptions(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  nowMs: number,
): SubOptions | 'help' {
  const { values, positionals } = parse(args);
  if (values.help) return 'help';
  const username = values.user ?? env['TICK_USER'];
  if (!username) throw new UsageError('no user: give --user NAME or set TICK_USER');
  const text = env['TICK_PASSWORD'];
  const file = values['password-file'];
  if (file === undefined && !text) throw new UsageError('no password: give --password-file FILE or set TICK_PASSWORD');
  const { mode = 'second', count, ca, cert, key } = values;
  if (mode !== 'second' && mode !== 'minute') throw new UsageError(`--mode ${mode}: second or minute is needed`);
  if (count !== undefined && !/^[1-9]\d{0,14}$/.test(count)) {
    throw new UsageError(`--count ${count}: a whole number from 1 on is needed`);
  }
  return {
    addresses: values.address ?? [env['TICK_ADDRESS'] ?? 'localhost:8080'],
    username,
    password: file === undefined ? { text: text! } : { file },
    symbols: positionals,
    mode,
    from: values.from === undefined ? undefined : parseFrom(values.from),
    startTimeMs: values.since === undefined ? undefined : parseSince(values.since, nowMs),
    tls: values.tls || ca || cert || key ? { ca, cert, key } : undefined,
    count: count === undefined ? undefined : Number(count),
    isJson: values.json ?? false,
    isRetrying: values.retry ?? false,
  };
}

const options = {
  address: { type: 'string', multiple: true },
  user: { type: 'string' },
  'password-file': { type: 'string' },
  mode: { type: 'string' },
  from: { type: 'string' },
  since: { type: 'string' },
  tls: { type: 'boolean' },
  ca: { type: 'string' },
  cert: { type: 'string' },
  key: { type: 'string' },
  count: { type: 'string' },
  json: { type: 'boolean' },
  retry: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

function parse(
  args: readonly string[],
): ReturnType<typeof parseArgs<{ options: typeof options; allowPositionals: true }>> {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
