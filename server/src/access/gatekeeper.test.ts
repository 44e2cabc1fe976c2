import { describe, expect, it, jest } from '@jest/globals';
import type { Verdict } from '../link/control-message.ts';
import { AuthRateLimit } from './auth-rate-limit.ts';
import { Credentials } from './credentials.ts';
import { Gatekeeper } from './gatekeeper.ts';
import { peerAddress, rateLimitKey } from './peer-address.ts';
import { SlowDenials } from './slow-denials.ts';
import type { User } from './user.ts';
import type { Verifier, VerifyOptions } from './verifier.ts';

class Gate {
  nowMs = 0;
  readonly gatekeeper: Gatekeeper;

  constructor(maxAttempts: number, verifier: Verifier = new Credentials('user', 'pass')) {
    const rateLimit = new AuthRateLimit(maxAttempts, 1_000);
    const slowDenials = new SlowDenials(0, 1_000);
    this.gatekeeper = new Gatekeeper({ verifier, rateLimit, slowDenials, monotonicNow: () => this.nowMs });
  }

  judge(address: string, username: string, password: string, nowMs: number): Verdict | undefined {
    this.nowMs = nowMs;
    let given: Verdict | undefined;
    this.gatekeeper.judge({ address, username, password }, (verdict) => (given = verdict));
    return given;
  }
}

/** Answers when it is told to. */
class SlowVerifier implements Verifier {
  readonly asked: VerifyOptions[] = [];

  verify(_username: string, _password: string, options: VerifyOptions): void {
    this.asked.push(options);
  }
}

const alice: User = { name: 'alice', maxConnections: undefined, maxSymbols: undefined };

describe('Gatekeeper', () => {
  it.each([
    ['user', 'pass', 'granted'],
    ['user', 'Pass', 'denied'],
    ['User', 'pass', 'denied'],
    ['', '', 'denied'],
    ['user', '', 'denied'],
    ['user', 'pass2', 'denied'],
  ])('%j with %j is %s', (username, password, verdict) => {
    expect(new Gate(3).judge('1.2.3.4', username, password, 0)).toBe(verdict);
  });

  it('locks an address after too many failures, for the right password too, and no other address', () => {
    const gate = new Gate(3);
    for (let attempt = 0; attempt < 3; attempt++) expect(gate.judge('1.1.1.1', 'user', 'x', attempt)).toBe('denied');
    expect(gate.judge('1.1.1.1', 'user', 'pass', 10)).toBe('rate_limited');
    expect(gate.judge('2.2.2.2', 'user', 'pass', 10)).toBe('granted');
    expect(gate.judge('1.1.1.1', 'user', 'x', 1_001)).toBe('rate_limited');
    expect(gate.judge('1.1.1.1', 'user', 'pass', 1_002)).toBe('granted');
  });

  it('forgets failures after a success', () => {
    const gate = new Gate(2);
    for (let round = 0; round < 5; round++) {
      expect(gate.judge('1.1.1.1', 'user', 'x', round)).toBe('denied');
      expect(gate.judge('1.1.1.1', 'user', 'pass', round)).toBe('granted');
    }
  });

  it('does not forget failures as one user after a success as another', () => {
    const gate = new Gate(3);
    for (let attempt = 0; attempt < 3; attempt++) {
      expect(gate.judge('1.1.1.1', 'victim', `guess ${attempt}`, attempt)).toBe('denied');
      if (attempt < 2) expect(gate.judge('1.1.1.1', 'user', 'pass', attempt)).toBe('granted');
    }
    expect(gate.judge('1.1.1.1', 'user', 'pass', 3)).toBe('rate_limited');
  });

  it('never locks when the limit is off', () => {
    const gate = new Gate(0);
    for (let attempt = 0; attempt < 20; attempt++) expect(gate.judge('1.1.1.1', 'u', 'x', 0)).toBe('denied');
    expect(gate.judge('1.1.1.1', 'user', 'pass', 0)).toBe('granted');
  });

  it('counts the addresses of one IPv6 /64 together', () => {
    const gate = new Gate(2);
    gate.judge('2001:db8::1', 'u', 'x', 0);
    gate.judge('2001:db8::2:0:0:2', 'u', 'x', 0);
    expect(gate.judge('2001:db8:0:0:ffff::', 'user', 'pass', 0)).toBe('rate_limited');
    expect(gate.judge('2001:db8:0:1::1', 'user', 'pass', 0)).toBe('granted');
  });

  it('gives who guesses many at once no more answers than who guesses one by one', () => {
    const verifier = new SlowVerifier();
    const gate = new Gate(2, verifier);
    const answers: Verdict[] = [];
    for (let attempt = 0; attempt < 5; attempt++) {
      gate.gatekeeper.judge({ address: '1.1.1.1', username: 'alice', password: `${attempt}` }, (verdict) => {
        answers.push(verdict);
      });
    }
    for (const { done } of verifier.asked.slice(0, 3)) done('wrong');
    expect(verifier.asked[3]!.isWanted()).toBe(false);
    verifier.asked[3]!.done('overloaded');
    verifier.asked[4]!.done(alice);
    expect(answers).toEqual(['denied', 'denied', 'rate_limited', 'rate_limited', 'rate_limited']);
  });

  it('answers nobody who is gone, but counts the wrong password', () => {
    const verifier = new SlowVerifier();
    const gate = new Gate(1, verifier);
    const answer = jest.fn();
    const leave = gate.gatekeeper.judge({ address: '1.1.1.1', username: 'alice', password: 'x' }, answer);
    leave();
    expect(verifier.asked[0]!.isWanted()).toBe(false);
    verifier.asked[0]!.done('wrong');
    expect(answer).not.toHaveBeenCalled();
    expect(gate.judge('1.1.1.1', 'alice', 'y', 0)).toBe('rate_limited');
  });

  it('says who it is, and when there is no time to find out', () => {
    const verifier = new SlowVerifier();
    const { gatekeeper } = new Gate(3, verifier);
    const answer = jest.fn();
    gatekeeper.judge({ address: '1.1.1.1', username: 'alice', password: 'x' }, answer);
    gatekeeper.judge({ address: '1.1.1.1', username: 'alice', password: 'y' }, answer);
    verifier.asked[0]!.done(alice);
    verifier.asked[1]!.done('overloaded');
    expect(answer.mock.calls).toEqual([['granted', alice], ['overloaded']]);
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
