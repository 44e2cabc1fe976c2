import { beforeAll, describe, expect, it } from '@jest/globals';
import { deriveKey, hashPassword, type PasswordHash } from './password-hash.ts';
import { PasswordVerifier } from './password-verifier.ts';
import type { UserEntry } from './user.ts';
import type { Verification } from './verifier.ts';

let hash: PasswordHash;
beforeAll(async () => {
  hash = await hashPassword('right', { ln: 10, r: 8, p: 1 });
});

function user(name: string): UserEntry {
  return { name, hash, maxConnections: 3, maxSymbols: undefined };
}

/** A verifier whose scrypt runs are held until they are let go. */
class Bench {
  nowMs = 0;
  readonly held: (() => void)[] = [];
  readonly verifier: PasswordVerifier;

  constructor(users: UserEntry[], maxRunning = 1) {
    const monotonicNow = (): number => this.nowMs;
    const derive: typeof deriveKey = async (password, parameters) => {
      await new Promise<void>((resolve) => this.held.push(resolve));
      return deriveKey(password, parameters);
    };
    this.verifier = new PasswordVerifier(users, { maxRunning, monotonicNow, derive });
  }

  check(name: string, password: string, isSuspect = false, isWanted = (): boolean => true): Promise<Verification> {
    return new Promise((done) => this.verifier.verify(name, password, { isSuspect, isWanted, done }));
  }

  letGo(): void {
    for (const resolve of this.held.splice(0)) resolve();
  }

  /** Lets every run go until `answer` is there. */
  async finish(answer: Promise<Verification>): Promise<Verification> {
    const timer = setInterval(() => this.letGo(), 1);
    try {
      return await answer;
    } finally {
      clearInterval(timer);
    }
  }
}

const rightUser = { name: 'alice', maxConnections: 3, maxSymbols: undefined };

describe('PasswordVerifier', () => {
  it('knows users, and treats an unknown user like a wrong password: one run each', async () => {
    const bench = new Bench([user('alice'), user('bob')]);
    expect(await bench.finish(bench.check('alice', 'right'))).toEqual(rightUser);
    expect(await bench.finish(bench.check('alice', 'wrong'))).toBe('wrong');
    expect(await bench.finish(bench.check('nobody', 'right'))).toBe('wrong');
    expect(bench.verifier.runCount).toBe(3);
  });

  it('runs once for all who come with the same at once, and never again for those who come later', async () => {
    const bench = new Bench([user('alice')]);
    const answers = Array.from({ length: 500 }, () => bench.check('alice', 'right'));
    expect(bench.held.length).toBe(1);
    bench.letGo();
    expect(new Set(await Promise.all(answers))).toEqual(new Set([rightUser]));
    expect(await bench.check('alice', 'right')).toEqual(rightUser);
    expect(bench.verifier.runCount).toBe(1);
  });

  it('forgets a wrong password after a minute, a right one half a day after its last use', async () => {
    const bench = new Bench([user('alice')]);
    await bench.finish(bench.check('alice', 'right'));
    await bench.finish(bench.check('alice', 'wrong'));
    for (const hours of [6, 12, 18]) {
      bench.nowMs = hours * 3_600_000;
      expect(await bench.check('alice', 'right')).toEqual(rightUser);
    }
    await bench.finish(bench.check('alice', 'wrong'));
    expect(bench.verifier.runCount).toBe(3);
    bench.nowMs += 43_200_001;
    await bench.finish(bench.check('alice', 'right'));
    expect(bench.verifier.runCount).toBe(4);
  });

  it('forgets all when the users change, what is being checked included', async () => {
    const bench = new Bench([user('alice')]);
    await bench.finish(bench.check('alice', 'right'));
    bench.verifier.replaceUsers([user('bob')]);
    expect(await bench.finish(bench.check('alice', 'right'))).toBe('wrong');

    const inFlight = bench.check('bob', 'right');
    bench.verifier.replaceUsers([user('carol')]);
    expect(await bench.finish(inFlight)).toBe('wrong');
    expect(await bench.finish(bench.check('carol', 'right'))).toMatchObject({ name: 'carol' });
  });

  it('runs a bounded number at a time, lets a bounded number wait, and says so to the rest', async () => {
    const bench = new Bench([user('alice')], 2);
    const answers = Array.from({ length: 259 }, (_, index) => bench.check('alice', `${index}`));
    expect(bench.held.length).toBe(2);
    expect(await answers[258]).toBe('overloaded');
    expect(bench.verifier.runCount).toBe(2);
  });

  it('takes those first who have not failed yet, also in place of those who have', async () => {
    const bench = new Bench([user('alice')]);
    const order: string[] = [];
    const note = (name: string, answer: Promise<Verification>): Promise<number> =>
      answer.then((result) => order.push(`${name} ${typeof result === 'string' ? result : 'right'}`));
    const suspects = Array.from({ length: 257 }, (_, index) =>
      note(`suspect ${index}`, bench.check('alice', `${index}`, true)),
    );
    const clean = note('clean', bench.check('alice', 'right'));
    await suspects[256];
    expect(order).toEqual(['suspect 256 overloaded']);
    bench.letGo();
    await suspects[0];
    bench.letGo();
    await clean;
    expect(order.slice(1)).toEqual(['suspect 0 wrong', 'clean right']);
  });

  it('does no work for those who no longer want to know', async () => {
    const bench = new Bench([user('alice')]);
    let isWanted = true;
    const first = bench.check('alice', '1');
    const left = bench.check('alice', '2', false, () => isWanted);
    isWanted = false;
    await bench.finish(first);
    expect(await left).toBe('overloaded');
    expect(bench.verifier.runCount).toBe(1);
  });

  it('spends nothing on what cannot be credentials', async () => {
    const bench = new Bench([user('alice')]);
    expect(await Promise.all([bench.check('', ''), bench.check('alice', ''), bench.check('', 'x')])).toEqual([
      'wrong',
      'wrong',
      'wrong',
    ]);
    expect(bench.verifier.runCount).toBe(0);
  });

  it('remembers nothing of a run that failed', async () => {
    let isBroken = true;
    const derive: typeof deriveKey = (password, parameters) =>
      isBroken ? Promise.reject(new Error('out of memory')) : deriveKey(password, parameters);
    const verifier = new PasswordVerifier([user('alice')], { maxRunning: 1, monotonicNow: () => 0, derive });
    const check = (): Promise<Verification> =>
      new Promise((done) => verifier.verify('alice', 'right', { isSuspect: false, isWanted: () => true, done }));
    expect(await check()).toBe('overloaded');
    isBroken = false;
    expect(await check()).toEqual(rightUser);
  });
});
