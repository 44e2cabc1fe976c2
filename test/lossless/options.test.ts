import { describe, expect, it } from '@jest/globals';
import { parseOptions } from './options.ts';

describe('parseOptions', () => {
  it('has 2,000 clients, and fewer where it is to be quick', () => {
    expect(parseOptions([])).toEqual({ quick: false, plain: false, clients: 2_000, processes: 4 });
    expect(parseOptions(['--quick'])).toEqual({ quick: true, plain: false, clients: 240, processes: 2 });
    expect(parseOptions(['--quick', '--plain', '--clients', '50', '--processes', '1'])).toEqual({
      quick: true,
      plain: true,
      clients: 50,
      processes: 1,
    });
    expect(parseOptions(['--help'])).toBeUndefined();
  });

  it.each([
    [['--clients', '0'], '--clients is a whole number from 1 on, not "0"'],
    [['--processes', 'two'], '--processes is a whole number from 1 on, not "two"'],
    [['--fast'], "Unknown option '--fast'"],
  ])('refuses %j', (args, message) => {
    expect(() => parseOptions(args)).toThrow(message);
  });
});
