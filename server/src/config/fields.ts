import { isSymbol } from '@tick-storm/protocol';
import { ADMIN_TOKEN_ALLOWED, isAdminToken } from '../ops/admin-token.ts';
import { parseByteSize } from './byte-size.ts';
import type { Cidr } from './cidr.ts';
import { parseCidrList } from './cidr.ts';
import { parseDuration } from './duration.ts';
import type { ListenAddress } from './listen-address.ts';
import { parseListenAddress } from './listen-address.ts';

/** What the value of a setting may be. */
export interface Field<T> {
  /** For people. */
  readonly allowed: string;
  /** How the configuration file writes it; a `list` has the items that the environment separates by commas. */
  readonly json: 'text' | 'number' | 'flag' | 'list';
  /** @returns undefined when the text is none of what is allowed */
  readonly read: (text: string) => T | undefined;
}

/** A whole number in [min, max]. */
export function integer(min: number, max: number, unit = ''): Field<number> {
  const allowed = `a whole number from ${min} to ${max}${unit && ` (${unit})`}`;
  return {
    allowed,
    json: 'number',
    read: (text) => {
      const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
      return value >= min && value <= max ? value : undefined;
    },
  };
}

/** Like {@link integer}, but the variable may be left empty. */
export function optionalInteger(min: number, max: number, unit: string): Field<number | null> {
  const { allowed, json, read } = integer(min, max, unit);
  return { allowed: `empty, or ${allowed}`, json, read: (text) => (text === '' ? null : read(text)) };
}

/** A size such as `512Mi` or `2Gi`, in bytes; the variable may be left empty. */
export function byteSize(min: number, max: number): Field<number | null> {
  return {
    allowed: `empty, or bytes from ${min} to ${max}, as a whole number or with Ki, Mi or Gi such as 512Mi`,
    json: 'text',
    read: (text) => {
      if (text === '') return null;
      const value = parseByteSize(text);
      return value !== undefined && value >= min && value <= max ? value : undefined;
    },
  };
}

/** A duration such as `15s`, in milliseconds. */
export function duration(minMs: number, maxMs: number): Field<number> {
  const allowed = `a duration such as 500ms, 15s or 1m, from ${minMs}ms to ${maxMs}ms`;
  return {
    allowed,
    json: 'text',
    read: (text) => {
      const value = parseDuration(text);
      return value !== undefined && value >= minMs && value <= maxMs ? value : undefined;
    },
  };
}

/** `true` or `false` (also 1 and 0). */
export function flag(): Field<boolean> {
  const words = new Map([
    ['true', true],
    ['1', true],
    ['false', false],
    ['0', false],
  ]);
  return { allowed: 'true or false', json: 'flag', read: (text) => words.get(text.toLowerCase()) };
}

/** One word of a closed list. */
export function oneOf<const Word extends string>(...words: readonly Word[]): Field<Word> {
  return {
    allowed: `one of ${words.join(', ')}`,
    json: 'text',
    read: (text) => words.find((word) => word === text.toLowerCase()),
  };
}

/** Any text of at most `max` characters. */
export function text(max: number): Field<string> {
  return {
    allowed: `at most ${max} characters`,
    json: 'text',
    read: (value) => (value.length <= max ? value : undefined),
  };
}

/** Text of 1 to `max` characters. @param exception when it need not be set */
export function requiredText(max: number, exception: string): Field<string> {
  return {
    allowed: `1-${max} characters; it must be set${exception}`,
    json: 'text',
    read: (value) => (value.length > 0 && value.length <= max ? value : undefined),
  };
}

/** Empty, or a secret that callers of the admin port present. */
export function adminToken(): Field<string> {
  return {
    allowed: `empty, or ${ADMIN_TOKEN_ALLOWED}`,
    json: 'text',
    read: (value) => (value === '' || isAdminToken(value) ? value : undefined),
  };
}

export function listenAddress(): Field<ListenAddress> {
  const allowed = 'HOST:PORT, :PORT or [IPV6]:PORT with a port from 0 to 65535';
  return { allowed, json: 'text', read: parseListenAddress };
}

export function cidrList(): Field<Cidr[]> {
  return { allowed: 'a comma-separated list of IPv4 or IPv6 addresses and CIDRs', json: 'list', read: parseCidrList };
}

/** A comma-separated list of distinct symbols. */
export function symbolList(max: number): Field<string[]> {
  const allowed = `a comma-separated list of 1-${max} different symbols, each 1-16 characters of A-Z 0-9 . _ -`;
  return {
    allowed,
    json: 'list',
    read: (value) => {
      const symbols = value.split(',').map((part) => part.trim());
      const isValid = symbols.every(isSymbol) && symbols.length <= max && new Set(symbols).size === symbols.length;
      return isValid ? symbols : undefined;
    },
  };
}
