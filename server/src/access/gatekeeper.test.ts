import { describe, expect, it } from '@jest/globals';
import { AuthRateLimit } from './auth-rate-limit.ts';
import { Credentials } from './credentials.ts';
import { Gatekeeper } from './gatekeeper.ts';
import { peerAddress, rateLimitKey } from './peer-address.ts';

function gatekeeper(maxAttempts: number): Gatekeeper {
  return new Gatekeeper(new Credentials('user', 'pass'), new AuthRateLimit(maxAttempts, 1_000));
}

describe('Gatekeeper', () => {
  it.each([
    ['user', 'pass', 'granted'],
    ['user', 'Pass', 'denied'],
    ['User', 'pass', 'denied'],
    ['', '', 'denied'],
    ['user', '', 'denied'],
    ['user', 'pass2', 'denied'],
  ])('%j with %j is %s', (username, password, verdict) => {
    expect(gatekeeper(3).judge('1.2.3.4', username, password, 0)).toBe(verdict);
  });

  it('locks an address after too many failures, for the right password too, and no other address', () => {
    const gate = gatekeeper(3);
    for (let attempt = 0; attempt < 3; attempt++) expect(gate.judge('1.1.1.1', 'user', 'x', attempt)).toBe('denied');
    expect(gate.judge('1.1.1.1', 'user', 'pass', 10)).toBe('rate_limited');
    expect(gate.judge('2.2.2.2', 'user', 'pass', 10)).toBe('granted');
    expect(gate.judge('1.1.1.1', 'user', 'x', 1_001)).toBe('rate_limited');
    expect(gate.judge('1.1.1.1', 'user', 'pass', 1_002)).toBe('granted');
  });

  it('forgets failures after a success', () => {
    const gate = gatekeeper(2);
    for (let round = 0; round < 5; round++) {
      expect(gate.judge('1.1.1.1', 'user', 'x', round)).toBe('denied');
      expect(gate.judge('1.1.1.1', 'user', 'pass', round)).toBe('granted');
    }
  });

  it('never locks when the limit is off', () => {
    const gate = gatekeeper(0);
    for (let attempt = 0; attempt < 20; attempt++) expect(gate.judge('1.1.1.1', 'u', 'x', 0)).toBe('denied');
    expect(gate.judge('1.1.1.1', 'user', 'pass', 0)).toBe('granted');
  });

  it('counts the addresses of one IPv6 /64 together', () => {
    const gate = gatekeeper(2);
    gate.judge('2001:db8::1', 'u', 'x', 0);
    gate.judge('2001:db8::2:0:0:2', 'u', 'x', 0);
    expect(gate.judge('2001:db8:0:0:ffff::', 'user', 'pass', 0)).toBe('rate_limited');
    expect(gate.judge('2001:db8:0:1::1', 'user', 'pass', 0)).toBe('granted');
  });
});

describe('peerAddress', () => {
  it('writes IPv4 clients of a dual-stack socket as IPv4', () => {
    expect(['::ffff:1.2.3.4', '1.2.3.4', '::1', undefined].map(peerAddress)).toEqual(['1.2.3.4', '1.2.3.4', '::1', '']);
  });
});

describe('rateLimitKey', () => {
  it.each([
    ['1.2.3.4', '1.2.3.4'],
    ['::1', '0:0:0:0::/64'],
    ['2001:0db8::1', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['1:2:3:4:5:6:7:8', '1:2:3:4::/64'],
  ])('%s is counted under %s', (address, key) => {
    expect(rateLimitKey(address)).toBe(key);
  });
});
