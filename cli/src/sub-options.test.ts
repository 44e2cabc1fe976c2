import { describe, expect, it } from '@jest/globals';
import { parseSubOptions } from './sub-options.ts';

const env = { TICK_USER: 'u', TICK_PASSWORD: 'p' };

describe('parseSubOptions', () => {
  it('takes the defaults and the environment', () => {
    expect(parseSubOptions([], env)).toEqual({
      addresses: ['localhost:8080'],
      username: 'u',
      password: { text: 'p' },
      symbols: [],
      mode: 'second',
      count: undefined,
      isJson: false,
      isRetrying: false,
    });
    expect(parseSubOptions([], { ...env, TICK_ADDRESS: 'a:1' })).toMatchObject({ addresses: ['a:1'] });
  });

  it('prefers what is given on the command line, in any order', () => {
    const args =
      'AAPL --address a:1 --user v --password-file f BTC* --mode minute --count 20 --json --retry --address b:2';
    expect(parseSubOptions(args.split(' '), env)).toEqual({
      addresses: ['a:1', 'b:2'],
      username: 'v',
      password: { file: 'f' },
      symbols: ['AAPL', 'BTC*'],
      mode: 'minute',
      count: 20,
      isJson: true,
      isRetrying: true,
    });
  });

  it.each(['--help', '-h'])('knows %s even when nothing else is right', (flag) => {
    expect(parseSubOptions([flag], {})).toBe('help');
  });

  it.each([
    [[], { TICK_PASSWORD: 'p' }, 'no user: give --user NAME or set TICK_USER'],
    [[], { TICK_USER: 'u' }, 'no password: give --password-file FILE or set TICK_PASSWORD'],
    [['--mode', 'hour'], env, '--mode hour: second or minute is needed'],
    [['--count', '0'], env, '--count 0: a whole number from 1 on is needed'],
    [['--count', '1e3'], env, '--count 1e3: a whole number from 1 on is needed'],
    [['--verbose'], env, "Unknown option '--verbose'"],
    [['--address'], env, "Option '--address <value>' argument missing"],
  ])('refuses %j', (args, environment, message) => {
    expect(() => parseSubOptions(args, environment)).toThrow(message);
  });
});
