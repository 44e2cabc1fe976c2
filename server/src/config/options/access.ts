import { cidrList, duration, integer, requiredText } from '../fields.ts';
import type { OptionTable } from '../option.ts';

/** Who may connect and log in, and how long that may take. */
export const accessOptions = {
  AUTH_USERNAME: {
    alias: 'STREAM_USER',
    default: '',
    value: requiredText(64),
    reload: 'restart',
    meaning: 'User name that clients must present.',
    tickStorm: 'Secret, key `username`',
  },
  AUTH_PASSWORD: {
    alias: 'STREAM_PASS',
    default: '',
    value: requiredText(128),
    reload: 'restart',
    meaning: 'Password that clients must present.',
    tickStorm: 'Secret, key `password`',
    isSecret: true,
  },
  AUTH_TIMEOUT: {
    default: '10s',
    value: duration(100, 60_000),
    reload: 'restart',
    meaning: 'Time that a client has from the connect to a whole AUTH frame.',
    tickStorm: '',
  },
  AUTH_MAX_ATTEMPTS: {
    default: '3',
    value: integer(0, 1_000_000, '0 = off'),
    reload: 'hot',
    meaning: 'Failed logins of one address (IPv6: its /64) that lock it. 0: never.',
    tickStorm: '`server.authMaxAttempts`',
  },
  AUTH_RATE_LIMIT_WINDOW: {
    default: '1m',
    value: duration(100, 86_400_000),
    reload: 'hot',
    meaning: 'Time over which failed logins count, and for which they lock.',
    tickStorm: '`server.authRateLimitWindow`',
  },
  SUBSCRIBE_TIMEOUT: {
    default: '60s',
    value: duration(100, 3_600_000),
    reload: 'hot',
    meaning: 'Time that a client has from authentication to SUBSCRIBE.',
    tickStorm: '`server.subscribeTimeout`',
  },
  MAX_CONNECTIONS: {
    default: '50000',
    value: integer(1, 10_000_000),
    reload: 'hot',
    meaning: 'Client connections of all workers together.',
    tickStorm: '`server.maxConnections`',
  },
  IP_ALLOWLIST: {
    default: '',
    value: cidrList(),
    reload: 'hot',
    meaning: 'Who may connect; empty: everybody.',
    tickStorm: '`server.ipAllowlist`',
  },
  IP_BLOCKLIST: {
    default: '',
    value: cidrList(),
    reload: 'hot',
    meaning: 'Who may not connect; wins over the allow list.',
    tickStorm: '`server.ipBlocklist`',
  },
} as const satisfies OptionTable;
