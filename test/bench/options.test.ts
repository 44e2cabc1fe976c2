import { describe, expect, it } from '@jest/globals';
import { parseOptions } from './options.ts';

describe('parseOptions', () => {
  it('runs everything but the soak when nothing is named', () => {
    const options = parseOptions([]);
    const names =
      typeof options === 'object' && 'scenarios' in options ? options.scenarios.map(({ name }) => name) : [];
    expect(names).toContain('fanout');
    expect(names).not.toContain('soak');
  });

  it('takes scenarios by name, in its own order', () => {
    expect(parseOptions(['soak', 'fanout', '--quick', '--json', 'f.json'])).toMatchObject({
      scenarios: [{ name: 'fanout' }, { name: 'soak' }],
      pace: 'quick',
      json: 'f.json',
    });
  });

  it.each([
    [['fan-out'], 'there is no scenario fan-out; there are fanout, '],
    [['--page', '--quick'], '--page takes figures of a full run'],
    [['--page', 'fanout'], '--page writes the whole page from what a file holds: name it with --json FILE'],
    [['--runs', '0'], '--runs 0 is not valid; allowed: a whole number from 1 to 999'],
    [['--fast'], "Unknown option '--fast'"],
  ])('says what is wrong with %j', (args, problem) => {
    expect(parseOptions(args)).toMatchObject({ problem: expect.stringContaining(problem) });
  });
});
