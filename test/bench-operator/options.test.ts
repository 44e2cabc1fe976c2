import { describe, expect, it } from '@jest/globals';
import { commandArguments, parseOptions } from './options.ts';

describe('parseOptions', () => {
  it('measures 100, 500 and 1,000 TickStorms when nothing is said', () => {
    expect(parseOptions([])).toMatchObject({ instances: [100, 500, 1_000], runs: 1, pace: 'full', page: false });
  });

  it('takes numbers, and fewer of them with --quick', () => {
    expect(parseOptions(['--instances', '10,20', '--runs', '3'])).toMatchObject({ instances: [10, 20], runs: 3 });
    expect(parseOptions(['--quick'])).toMatchObject({ instances: [5], pace: 'quick' });
  });

  it.each([
    [['--instances', '10,many'], '--instances 10,many is not valid; allowed: whole numbers from 1 to 9999'],
    [['--instances', ''], '--instances  is not valid'],
    [['--runs', '0'], '--runs 0 is not valid; allowed: a whole number from 1 to 9999'],
    [['--rest', 'long'], '--rest long is not valid; allowed: whole seconds from 1 to 9999'],
    [['--only', 'both'], '--only both is not valid; allowed: tick-storm, controller-runtime'],
    [['--page', '--quick'], '--page takes figures of a full run'],
    [['--fast'], "Unknown option '--fast'"],
  ])('says what is wrong with %j', (args, problem) => {
    expect(parseOptions(args)).toMatchObject({ problem: expect.stringContaining(problem) });
  });
});

it('writes the arguments that give the same options again', () => {
  const args = ['--instances', '7', '--rest', '9', '--only', 'tick-storm', '--json', 'f.json', '--quick'];
  const options = parseOptions(args);
  if (options === 'help' || 'problem' in options) throw new Error('not options');
  expect(parseOptions(commandArguments(options))).toEqual(options);
  expect(commandArguments({ ...options, json: '/somewhere/f.json' })).toEqual(commandArguments(options));
});
