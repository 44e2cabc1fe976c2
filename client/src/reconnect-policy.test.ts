import { ErrorCode } from '@tick-storm/protocol';
import { describe, expect, it } from '@jest/globals';
import { TickStormError } from './errors.ts';
import type { ConnectOptions } from './options.ts';
import { resolveOptions } from './options.ts';
import { ReconnectPolicy } from './reconnect-policy.ts';
import { refusalOf } from './refusal.ts';

function policy(options: Partial<ConnectOptions> = {}, random = 0.5): ReconnectPolicy {
  const base = options.addresses ? {} : { address: 'a:1' };
  return new ReconnectPolicy(resolveOptions({ ...base, username: 'u', password: 'p', ...options }), () => random);
}

const lost = new TickStormError('lost', { kind: 'lost', isRetryable: true });
const refused = new TickStormError('refused', { kind: 'connect', isRetryable: true, cause: { code: 'ECONNREFUSED' } });
const reset = new TickStormError('reset', { kind: 'connect', isRetryable: true, cause: { code: 'ECONNRESET' } });
const wrongPassword = new TickStormError('no', { kind: 'server', isRetryable: false });
const full = { message: 'full', details: '', timestampMs: 1, earliestSequence: 0, epoch: '' };
const limited = refusalOf('a:1', { code: ErrorCode.RATE_LIMITED, ...full });

function pauses(of: ReconnectPolicy, count: number): (number | undefined)[] {
  return Array.from({ length: count }, () => of.afterFailure(lost, 0));
}

describe('ReconnectPolicy', () => {
  it('gives up when a first connection cannot be made', () => {
    expect(policy().afterFailure(refused, 0)).toBeUndefined();
  });

  it('tries each address once, without a pause, before it gives up the first connection', () => {
    const several = policy({ addresses: ['a:1', 'b:1', 'c:1'] });
    expect([1, 2, 3].map(() => several.afterFailure(refused, 0))).toEqual([0, 0, undefined]);
  });

  it('retries a first connection when told to', () => {
    expect(policy({ reconnect: { retryInitial: true } }).afterFailure(refused, 0)).toBe(125);
  });

  it('doubles the range of the pauses up to the cap after a connection was lost', () => {
    const started = policy({ reconnect: { baseDelayMs: 100, maxDelayMs: 500 } });
    started.authenticated(0);
    expect(pauses(started, 5)).toEqual([50, 100, 200, 250, 250]);
  });

  it('starts small again only after a connection that lasted', () => {
    const started = policy({ reconnect: { baseDelayMs: 100 } });
    started.authenticated(0);
    expect(started.afterFailure(lost, 100)).toBe(50);
    started.authenticated(200);
    expect(started.afterFailure(lost, 300)).toBe(100);
    started.authenticated(400);
    expect(started.afterFailure(lost, 10_400)).toBe(50);
  });

  it('gives up after the attempts that are allowed, or at once when reconnecting is off', () => {
    const limitedAttempts = policy({ reconnect: { maxAttempts: 2 } });
    limitedAttempts.authenticated(0);
    expect(pauses(limitedAttempts, 3)).toEqual([125, 250, undefined]);
    const off = policy({ reconnect: false });
    off.authenticated(0);
    expect(off.afterFailure(lost, 0)).toBeUndefined();
  });

  it('retries a reset before the answer to AUTH at once, but only once in a row', () => {
    const started = policy();
    expect(started.afterFailure(reset, 0)).toBe(0);
    expect(started.afterFailure(reset, 0)).toBeUndefined();
    const again = policy();
    again.afterFailure(reset, 0);
    again.authenticated(0);
    expect(again.afterFailure(reset, 0)).toBe(0);
    expect(again.afterFailure(reset, 0)).toBe(125);
  });

  it('tries another server at once when the first one is leaving, but only once in a row', () => {
    const leaving = refusalOf('a:1', { code: ErrorCode.INTERNAL_ERROR, ...full });
    const first = policy();
    expect([1, 2].map(() => first.afterFailure(leaving, 0))).toEqual([0, undefined]);
  });

  it('stays away for longer when the server is full, and for good when it refuses', () => {
    const started = policy({ reconnect: { maxDelayMs: 8_000 } });
    started.authenticated(0);
    expect(started.afterFailure(lost, 0)).toBe(125);
    expect(started.afterFailure(limited, 0)).toBe(4_000);
    expect(started.afterFailure(wrongPassword, 0)).toBeUndefined();
  });

  it('comes back soon when it was let in and closed as too slow: the history that it resumes from is short', () => {
    const started = policy({ reconnect: { maxDelayMs: 8_000 } });
    started.authenticated(0);
    expect(started.afterFailure(limited, 0)).toBe(125);
  });
});
