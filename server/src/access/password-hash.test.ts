import { describe, expect, it } from '@jest/globals';
import { deriveKey, formatPasswordHash, hashPassword, parsePasswordHash, type PasswordHash } from './password-hash.ts';

/** The example of passlib's documentation, for the password `password`. */
const PASSLIB = '$scrypt$ln=16,r=8,p=1$aM15713r3Xsvxbi31lqr1Q$nFNh2CVHVjNldFVKDHDlm4CbdRSCdEBsjjJxD+iCs5E';

function parsed(text: string): PasswordHash {
  const hash = parsePasswordHash(text);
  if ('problem' in hash) throw new Error(hash.problem);
  return hash;
}

describe('parsePasswordHash', () => {
  it('reads what another program wrote, and writes it the same', async () => {
    const hash = parsed(PASSLIB);
    expect(formatPasswordHash(hash)).toBe(PASSLIB);
    expect(await deriveKey('password', hash)).toEqual(hash.key);
    expect(await deriveKey('Password', hash)).not.toEqual(hash.key);
  });

  it.each([
    ['', 'no scrypt hash'],
    ['secret', 'no scrypt hash'],
    ['$2b$12$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'no scrypt hash'],
    [PASSLIB.replace('ln=16', 'ln=9'), 'too cheap'],
    [PASSLIB.replace('r=8', 'r=0'), 'too cheap'],
    [PASSLIB.replace('ln=16', 'ln=18'), 'too costly'],
    [PASSLIB.replace('ln=16', 'ln=99'), 'too costly'],
    [PASSLIB.replace('p=1', 'p=9'), 'too costly'],
    ['$scrypt$ln=15,r=8,p=1$AAAA$nFNh2CVHVjNldFVKDHDlm4CbdRSCdEBsjjJxD+iCs5E', 'a salt'],
    ['$scrypt$ln=15,r=8,p=1$aM15713r3Xsvxbi31lqr1Q$nFNh2CVH', 'a hash'],
  ])('refuses %s: %s', (text, problem) => {
    const hash = parsePasswordHash(text);
    expect('problem' in hash && hash.problem).toMatch(new RegExp(`^${problem}`));
  });
});

describe('hashPassword', () => {
  it('gives every hash a salt of its own, and the password its key', async () => {
    const cost = { ln: 10, r: 8, p: 1 };
    const [one, other] = await Promise.all([hashPassword('pass', cost), hashPassword('pass', cost)]);
    expect(one.salt).not.toEqual(other.salt);
    expect(parsed(formatPasswordHash(one))).toEqual(one);
    expect(await deriveKey('pass', one)).toEqual(one.key);
  });
});
