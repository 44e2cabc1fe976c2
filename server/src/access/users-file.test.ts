import { describe, expect, it } from '@jest/globals';
import { readUsersFile } from './users-file.ts';

const HASH = '$scrypt$ln=16,r=8,p=1$aM15713r3Xsvxbi31lqr1Q$nFNh2CVHVjNldFVKDHDlm4CbdRSCdEBsjjJxD+iCs5E';

describe('readUsersFile', () => {
  it('reads users with and without limits, comments, empty lines and Windows line ends', () => {
    const text = `# market data\r\nalice:${HASH}\r\n\r\n  bob:${HASH}  maxSymbols=20 maxConnections=0\n`;
    expect(readUsersFile(text)).toEqual([
      expect.objectContaining({ name: 'alice', maxConnections: undefined, maxSymbols: undefined }),
      expect.objectContaining({ name: 'bob', maxConnections: 0, maxSymbols: 20 }),
    ]);
  });

  it.each([
    ['', 'it holds no user'],
    ['# nobody\n', 'it holds no user'],
    ['alice', 'line 1: no "NAME:HASH"'],
    ['{"alice": "x"}', 'line 1: user "{"alice"" has no scrypt hash'],
    [`:${HASH}`, 'line 1: a name that is not of 1 to 64 characters'],
    [`${'u'.repeat(65)}:${HASH}`, 'line 1: a name that'],
    ['\nalice:secret', 'line 2: user "alice" has no scrypt hash'],
    [`alice:${HASH} admin=yes`, 'line 1: user "alice" has an unknown setting "admin"'],
    [`alice:${HASH} maxSymbols=-1`, 'line 1: maxSymbols of user "alice" is no whole number'],
    [`alice:${HASH} maxSymbols=1 maxSymbols=2`, 'line 1: user "alice" has maxSymbols twice'],
    [`alice:${HASH}\nbob:${HASH}\nalice:${HASH}`, 'line 3: user "alice" stands in line 1 already'],
  ])('refuses %j: %s', (text, problem) => {
    const users = readUsersFile(text);
    expect('problem' in users && users.problem.startsWith(problem)).toBe(true);
  });

  it('never repeats what may be a password, and does not list a thousand problems', () => {
    const users = readUsersFile('alice:hunter2 hunter2\n'.repeat(1_000));
    if (!('problem' in users)) throw new Error('accepted');
    expect(users.problem).not.toContain('hunter2');
    expect(users.problem).toMatch(/line 5: .*; and 995 more$/);
  });
});
