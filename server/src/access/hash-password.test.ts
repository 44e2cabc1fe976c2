import { describe, expect, it } from '@jest/globals';
import { PassThrough, Readable } from 'node:stream';
import { usersFileLine } from './hash-password.ts';
import { deriveKey } from './password-hash.ts';
import { readUsersFile } from './users-file.ts';

function make(name: string, input: string): ReturnType<typeof usersFileLine> {
  return usersFileLine(name, { input: Readable.from([Buffer.from(input)]), questions: new PassThrough() });
}

describe('usersFileLine', () => {
  it.each(['secret', 'secret\n', 'secret\r\nmore\n'])('takes the first line of %j', async (input) => {
    const made = await make('alice', input);
    const users = readUsersFile('line' in made ? made.line : '');
    if ('problem' in users) throw new Error(users.problem);
    const [user] = users;
    expect(user?.name).toBe('alice');
    expect(await deriveKey('secret', user!.hash)).toEqual(user!.hash.key);
  });

  it.each([
    ['alice', '', 'a password has 1 to 128 characters'],
    ['alice', 'p'.repeat(129), 'a password has 1 to 128 characters'],
    ['', 'secret', 'a name that is not of 1 to 64 characters'],
    ['u'.repeat(65), 'secret', 'a name that is not of 1 to 64 characters'],
    ['#alice', 'secret', 'it holds no user'],
    [' alice', 'secret', 'a name has no ":"'],
    ['al ice', 'secret', 'no "NAME:HASH"'],
    ['a:b', 'secret', 'user "a" has no scrypt hash'],
  ])('refuses %j with %j: %s', async (name, input, problem) => {
    const made = await make(name, input);
    expect('problem' in made && made.problem.startsWith(problem)).toBe(true);
  });
});
