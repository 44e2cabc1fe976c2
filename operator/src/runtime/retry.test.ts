import { describe, expect, it } from '@jest/globals';
import { ApiError } from './api-error.ts';
import { isRetriable, retryDelayMs } from './retry.ts';

const policy = { attempts: 5, firstDelayMs: 100, longestDelayMs: 1_000 };
const withCode = (code: string): Error => Object.assign(new Error(code), { code });

describe('retryDelayMs', () => {
  it('doubles, with jitter, up to the longest delay', () => {
    const delays = [1, 2, 3, 4, 5, 6].map((attempt) => retryDelayMs(new Error('x'), attempt, policy, () => 1));
    expect(delays).toEqual([100, 200, 400, 800, 1_000, 1_000]);
    expect(retryDelayMs(new Error('x'), 1, policy, () => 0)).toBe(50);
  });

  it.each(['-5', '1.5', 'in 5 minutes', '0x10', 'soon', ''])('does not take "%s" for a time to wait', (retryAfter) => {
    const error = new ApiError('get /x', 429, '{}', retryAfter);
    expect(error.retryAfterMs).toBeUndefined();
    expect(retryDelayMs(error, 1, policy, () => 0)).toBe(50);
  });

  it.each(['999999999999', '9'.repeat(400), 'Fri, 01 Jan 2999 00:00:00 GMT'])(
    'waits at most a minute for "%s"',
    (long) => {
      expect(retryDelayMs(new ApiError('get /x', 429, '{}', long), 1, policy, () => 0)).toBe(60_000);
    },
  );

  it('does not wait until a date that has been', () => {
    expect(new ApiError('get /x', 429, '{}', 'Sun, 06 Nov 1994 08:49:37 GMT').retryAfterMs).toBe(0);
  });

  it('waits as long as the server asks', () => {
    expect(retryDelayMs(new ApiError('get /x', 429, '{}', '7'), 1, policy, () => 0)).toBe(7_000);
  });
});

describe('isRetriable', () => {
  it.each([
    '{"details":{"causes":"none"},"reason":7,"message":{}}',
    '{"details":{"causes":[null]}}',
    '{"details":7}',
    '[]',
    'null',
  ])('knows a failure by its status, whatever stands between has answered: %s', (body) => {
    const error = new ApiError('get /x', 503, body);
    expect(isRetriable(error, true)).toBe(true);
    expect(error).toMatchObject({ reason: '', causes: [], fields: [], message: `get /x: 503  ${body}` });
  });

  it.each<[string, unknown, boolean, boolean]>([
    ['429', new ApiError('x', 429, ''), true, true],
    ['503', new ApiError('x', 503, ''), true, false],
    ['409', new ApiError('x', 409, ''), false, false],
    ['a reset', withCode('ECONNRESET'), true, false],
    ['a refused connection', withCode('ECONNREFUSED'), true, true],
    ['anything else', new TypeError('x'), false, false],
  ])('%s', (_, error, whenRepeatable, whenNot) => {
    expect([isRetriable(error, true), isRetriable(error, false)]).toEqual([whenRepeatable, whenNot]);
  });
});
