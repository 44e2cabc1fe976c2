import {
  connect,
  type Gap,
  type SubscribeOptions,
  type Subscription,
  type TickStormClient,
  type TlsOptions,
} from '@tick-storm/client';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { printable } from './printable.ts';
import type { SubOptions } from './sub-options.ts';
import { TICK_HEADING, tickJson, tickLine } from './tick-line.ts';
import { UsageError } from './usage-error.ts';

/** Where a command writes, and what interrupts it. */
export interface CommandContext {
  out: Writable;
  err: Writable;
  signal: AbortSignal;
}

/**
 * `tick sub`: prints ticks until enough came or it is interrupted.
 * @throws UsageError when an option's value is refused
 * @throws TickStormError when the connection or the protocol fails for good
 */
export async function runSub(options: SubOptions, context: CommandContext): Promise<void> {
  const say = (text: string): void => void context.err.write(`tick: ${printable(text)}\n`);
  const password = await readPassword(options);
  const client = start(options, password, await readTls(options));
  report(client, say);
  const stop = (): void => void client.close();
  context.signal.addEventListener('abort', stop, { once: true });
  if (context.signal.aborted) stop();
  try {
    const ticks = asUsage(() => client.subscribe(subject(options)));
    const printed = await print(client, ticks, options, context.out);
    const { epoch, sequence } = ticks.position;
    if (epoch !== undefined && sequence !== undefined) say(`to go on from here: --from ${epoch}:${sequence}`);
    say(`${printed} ticks`);
  } finally {
    await client.close();
  }
}

function start(options: SubOptions, password: string, tls: TlsOptions | undefined): TickStormClient {
  const { addresses, username, isRetrying } = options;
  const reconnect = { retryInitial: isRetrying };
  return asUsage(() => connect({ addresses, username, password, reconnect, ...(tls && { tls }) }));
}

function subject({ symbols, mode, from, startTimeMs }: SubOptions): SubscribeOptions {
  return { symbols, mode, ...(from && { from }), ...(startTimeMs !== undefined && { startTimeMs }) };
}

async function print(
  client: TickStormClient,
  ticks: Subscription,
  { count = Number.POSITIVE_INFINITY, isJson }: SubOptions,
  out: Writable,
): Promise<number> {
  const write = async (text: string): Promise<void> => {
    // A slow reader of our output slows the client down instead of filling memory.
    if (!out.write(`${text}\n`)) await once(out, 'drain');
  };
  let printed = 0;
  for await (const tick of ticks) {
    if (printed === 0 && !isJson) await write(TICK_HEADING);
    await write(isJson ? tickJson(tick, client.server?.instance) : tickLine(tick));
    printed += 1;
    if (printed >= count) break;
  }
  return printed;
}

function report(client: TickStormClient, say: (text: string) => void): void {
  client.on('state', ({ state, delayMs, error }) => {
    if (state === 'waiting') say(`${error?.message ?? 'no connection'}; trying again in ${delayMs} ms`);
    // A server that takes over from one that leaves is `subscribed` without having been waited for.
    if (state !== 'subscribed' || !client.server) return;
    const { address, instance, version } = client.server;
    const details = [instance && `instance ${instance}`, version && `server ${version}`].filter(Boolean).join(', ');
    say(`connected to ${address}${details === '' ? '' : ` (${details})`}`);
  });
  client.on('goaway', ({ reason }) => say(`the server asks to leave (${reason}); going on elsewhere`));
  client.on('gap', (gap) => say(describeGap(gap)));
}

function describeGap(gap: Gap): string {
  const { reason, fromSequence, toSequence, missingTicks, newEpoch } = gap;
  if (newEpoch) return `gap (${reason}): the server numbers its ticks anew; what came after ${fromSequence} is missing`;
  if (fromSequence === undefined) return `gap (${reason}): ticks may be missing, how many cannot be told`;
  const amount = missingTicks === undefined ? 'ticks' : `${missingTicks} ticks`;
  return `gap (${reason}): ${amount} missing between sequences ${fromSequence} and ${toSequence}`;
}

async function readPassword({ password }: SubOptions): Promise<string> {
  if ('text' in password) return password.text;
  // The line end that an editor leaves is no part of the password.
  return (await read('--password-file', password.file)).replace(/\r?\n$/, '');
}

async function readTls({ tls }: SubOptions): Promise<TlsOptions | undefined> {
  if (!tls) return undefined;
  const options: TlsOptions = {};
  for (const name of ['ca', 'cert', 'key'] as const) {
    const file = tls[name];
    if (file !== undefined) options[name] = await read(`--${name}`, file);
  }
  return options;
}

async function read(option: string, file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${option} ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The client library refuses wrong values with a RangeError; here they came from the command line. */
function asUsage<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(error.message);
    throw error;
  }
}
