import { isSymbol } from '@tick-storm/protocol';
import { z } from 'zod';
import type { Cidr } from './cidr.ts';
import { parseCidrList } from './cidr.ts';
import { parseDuration } from './duration.ts';
import type { ListenAddress } from './listen-address.ts';
import { parseListenAddress } from './listen-address.ts';

// Readers of one environment variable each. The error message of every one is what is allowed, because a
// problem is reported as name, value, and what is allowed.

/** A reader that turns a variable's text into a T. */
export type Field<T> = z.ZodType<T, string>;

function field<T>(allowed: string, read: (text: string) => T | undefined): Field<T> {
  return z.string().transform((text, context) => {
    const value = read(text);
    if (value !== undefined) return value;
    context.addIssue({ code: 'custom', message: allowed });
    return z.NEVER;
  });
}

/** A whole number in [min, max]. */
export function integer(min: number, max: number, unit = ''): Field<number> {
  const allowed = `a whole number from ${min} to ${max}${unit && ` (${unit})`}`;
  return field(allowed, (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    return value >= min && value <= max ? value : undefined;
  });
}

/** Like {@link integer}, but the variable may be left empty. */
export function optionalInteger(min: number, max: number, unit: string): Field<number | null> {
  const read = integer(min, max, unit);
  return field(`empty, or a whole number from ${min} to ${max} (${unit})`, (text) => {
    return text === '' ? null : read.safeParse(text).data;
  });
}

/** A duration such as `15s`, in milliseconds. */
export function duration(minMs: number, maxMs: number): Field<number> {
  const allowed = `a duration such as 500ms, 15s or 1m, from ${minMs}ms to ${maxMs}ms`;
  return field(allowed, (text) => {
    const value = parseDuration(text);
    return value !== undefined && value >= minMs && value <= maxMs ? value : undefined;
  });
}

/** `true` or `false` (also 1 and 0). */
export function flag(): Field<boolean> {
  const words = new Map([
    ['true', true],
    ['1', true],
    ['false', false],
    ['0', false],
  ]);
  return field('true or false', (text) => words.get(text.toLowerCase()));
}

/** One word of a closed list. */
export function oneOf<const Word extends string>(...words: readonly Word[]): Field<Word> {
  return field(`one of ${words.join(', ')}`, (text) => words.find((word) => word === text.toLowerCase()));
}

/** Any text of at most `max` characters. */
export function text(max: number): Field<string> {
  return field(`at most ${max} characters`, (value) => (value.length <= max ? value : undefined));
}

/** Text of 1 to `max` characters. */
export function requiredText(max: number): Field<string> {
  return field(`1-${max} characters; it must be set`, (value) => {
    return value.length > 0 && value.length <= max ? value : undefined;
  });
}

export function listenAddress(): Field<ListenAddress> {
  return field('HOST:PORT, :PORT or [IPV6]:PORT with a port from 0 to 65535', parseListenAddress);
}

export function cidrList(): Field<Cidr[]> {
  return field('a comma-separated list of IPv4 or IPv6 addresses and CIDRs', (value) => {
    const networks = parseCidrList(value);
    return 'bad' in networks ? undefined : networks;
  });
}

/** A comma-separated list of distinct symbols. */
export function symbolList(max: number): Field<string[]> {
  const allowed = `a comma-separated list of 1-${max} different symbols, each 1-16 characters of A-Z 0-9 . _ -`;
  return field(allowed, (value) => {
    const symbols = value.split(',').map((part) => part.trim());
    const isValid = symbols.every(isSymbol) && symbols.length <= max && new Set(symbols).size === symbols.length;
    return isValid ? symbols : undefined;
  });
}
