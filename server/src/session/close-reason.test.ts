import { describe, expect, it } from '@jest/globals';
import { ErrorCode, FieldLimits } from '@tick-storm/protocol';
import { closeReasons, endingOf, isFault, isProtocolError } from './close-reason.ts';

describe('close reasons', () => {
  it.each(closeReasons)('%s is a label, and its ERROR has a text', (reason) => {
    expect(reason).toMatch(/^[a-z]+(?:_[a-z]+)*$/);
    const { code, message } = endingOf(reason);
    expect(message === undefined).toBe(code === undefined);
    if (message === undefined) return;
    expect(message.length).toBeGreaterThan(0);
    expect(message.length).toBeLessThanOrEqual(FieldLimits.errorMessageLength);
  });

  it('say every error code that ends a connection', () => {
    const said = new Set(closeReasons.map((reason) => endingOf(reason).code));
    const ending = Object.values(ErrorCode).filter(
      (code) => code !== ErrorCode.UNSPECIFIED && code !== ErrorCode.POSITION_UNAVAILABLE,
    );
    expect(ending.filter((code) => !said.has(code))).toEqual([]);
    expect(said.has(ErrorCode.POSITION_UNAVAILABLE)).toBe(false);
  });

  it('a violation of the protocol is a fault', () => {
    expect(closeReasons.filter((reason) => isProtocolError(reason) && !isFault(reason))).toEqual([]);
  });
});
