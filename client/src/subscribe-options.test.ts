import { describe, expect, it } from '@jest/globals';
import { resolveSubscribeOptions, type SubscribeOptions } from './subscribe-options.ts';

const NOW_MS = 1_700_000_000_000;
const HOUR_MS = 3_600_000;

describe('resolveSubscribeOptions', () => {
  it('fills in the defaults and keeps what is given', () => {
    expect(resolveSubscribeOptions({}, NOW_MS)).toEqual({
      symbols: [],
      mode: 'second',
      from: undefined,
      startTimeMs: 0,
    });
    const given = { symbols: ['A*'], mode: 'minute', from: { epoch: 'a', sequence: 0 } } as const;
    expect(resolveSubscribeOptions(given, NOW_MS)).toEqual({ ...given, startTimeMs: 0 });
    expect(resolveSubscribeOptions({ startTimeMs: NOW_MS - HOUR_MS }, NOW_MS).startTimeMs).toBe(NOW_MS - HOUR_MS);
  });

  it.each<[SubscribeOptions, string]>([
    [{ symbols: ['aapl'] }, 'symbols[0] is not valid'],
    [{ from: { epoch: '', sequence: 1 } }, 'from.epoch is ""; the epoch of a tick is needed'],
    [{ from: { epoch: 'a', sequence: -1 } }, 'from.sequence is -1; the sequence of a tick is needed'],
    [{ from: { epoch: 'a', sequence: 1.5 } }, 'from.sequence is 1.5'],
    [{ from: { epoch: 'a', sequence: 1 }, startTimeMs: NOW_MS }, 'give either from or startTimeMs'],
    [{ startTimeMs: NOW_MS - 25 * HOUR_MS }, `startTimeMs is ${NOW_MS - 25 * HOUR_MS}; a unix time in ms from`],
    [{ startTimeMs: NOW_MS + HOUR_MS }, '(in 5 min) is needed'],
    [{ startTimeMs: Number.NaN }, 'startTimeMs is NaN'],
  ])('refuses %j', (options, message) => {
    expect(() => resolveSubscribeOptions(options, NOW_MS)).toThrow(message);
  });
});
