import { describe, expect, it } from '@jest/globals';
import { parseSubOptions } from './sub-options.ts';

const NOW_MS = 1_700_000_000_000;
const env = { TICK_USER: 'u', TICK_PASSWORD: 'p' };

describe('parseSubOptions', () => {
  it('takes the defaults and the environment', () => {
    expect(parseSubOptions([], env, NOW_MS)).toEqual({
      addresses: ['localhost:8080'],
      username: 'u',
      password: { text: 'p' },
      symbols: [],
      mode: 'second',
      from: undefined,
      startTimeMs: undefined,
      tls: undefined,
      count: undefined,
      isJson: false,
      isRetrying: false,
    });
    expect(parseSubOptions([], { ...env, TICK_ADDRESS: 'a:1' }, NOW_MS)).toMatchObject({ addresses: ['a:1'] });
  });

  it('prefers what is given on the command line, in any order', () => {
    const args =
      'AAPL --address a:1 --user v --password-file f BTC* --mode minute --count 20 --json --retry --address b:2';
    expect(parseSubOptions(args.split(' '), env, NOW_MS)).toEqual({
      addresses: ['a:1', 'b:2'],
      username: 'v',
      password: { file: 'f' },
      symbols: ['AAPL', 'BTC*'],
      mode: 'minute',
      from: undefined,
      startTimeMs: undefined,
      tls: undefined,
      count: 20,
      isJson: true,
      isRetrying: true,
    });
  });

  it('reads where to begin', () => {
    expect(parseSubOptions(['--from', 'e1:42'], env, NOW_MS)).toMatchObject({ from: { epoch: 'e1', sequence: 42 } });
    expect(parseSubOptions(['--since', '5m'], env, NOW_MS)).toMatchObject({ startTimeMs: NOW_MS - 300_000 });
    const time = '2026-01-31T09:30:00+01:00';
    expect(parseSubOptions(['--since', time], env, NOW_MS)).toMatchObject({
      startTimeMs: Date.UTC(2026, 0, 31, 8, 30),
    });
  });

  it('speaks TLS when told to, or when there is something to speak it with', () => {
    const none = { ca: undefined, cert: undefined, key: undefined };
    expect(parseSubOptions(['--tls'], env, NOW_MS)).toMatchObject({ tls: none });
    expect(parseSubOptions(['--ca', 'f'], env, NOW_MS)).toMatchObject({ tls: { ...none, ca: 'f' } });
  });

  it.each(['--help', '-h'])('knows %s even when nothing else is right', (flag) => {
    expect(parseSubOptions([flag], {}, NOW_MS)).toBe('help');
  });

  it.each([
    [[], { TICK_PASSWORD: 'p' }, 'no user: give --user NAME or set TICK_USER'],
    [[], { TICK_USER: 'u' }, 'no password: give --password-file FILE or set TICK_PASSWORD'],
    [['--mode', 'hour'], env, '--mode hour: second or minute is needed'],
    [['--count', '0'], env, '--count 0: a whole number from 1 on is needed'],
    [['--count', '1e3'], env, '--count 1e3: a whole number from 1 on is needed'],
    [['--from', 'e1'], env, '--from e1: EPOCH:SEQUENCE is needed'],
    [['--since', 'yesterday'], env, '--since yesterday: how long ago (90s, 5m, 1h) or a time with its zone'],
    [['--since', '2026-01-31T09:30:00'], env, '--since 2026-01-31T09:30:00: how long ago'],
    [['--verbose'], env, "Unknown option '--verbose'"],
    [['--address'], env, "Option '--address <value>' argument missing"],
  ])('refuses %j', (args, environment, message) => {
    expect(() => parseSubOptions(args, environment, NOW_MS)).toThrow(message);
  });
});
