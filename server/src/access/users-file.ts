import { FieldLimits } from '@tick-storm/protocol';
import { parsePasswordHash } from './password-hash.ts';
import type { UserEntry } from './user.ts';

const MAX_LIMIT = 10_000_000;
/** Problems that are named at most; a file of another kind has one in every line. */
const MAX_PROBLEMS = 5;

/**
 * Reads a users file: one user a line, `NAME:HASH`, then `maxConnections=N` and `maxSymbols=N` if wanted;
 * empty lines and lines that begin with `#` are skipped.
 * @returns the users, or what is wrong with which lines; never a part of a hash
 */
export function readUsersFile(text: string): UserEntry[] | { problem: string } {
  const users: UserEntry[] = [];
  const lineOf = new Map<string, number>();
  const problems: string[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const number = index + 1;
    const user = readUser(line);
    if ('problem' in user) {
      problems.push(`line ${number}: ${user.problem}`);
    } else if (lineOf.has(user.name)) {
      problems.push(`line ${number}: user "${user.name}" stands in line ${lineOf.get(user.name)} already`);
    } else {
      lineOf.set(user.name, number);
      users.push(user);
    }
  }
  if (problems.length > MAX_PROBLEMS) {
    problems.splice(MAX_PROBLEMS, problems.length, `and ${problems.length - MAX_PROBLEMS} more`);
  }
  if (problems.length > 0) return { problem: problems.join('; ') };
  return users.length > 0 ? users : { problem: 'it holds no user; a line is NAME:HASH' };
}

function readUser(line: string): UserEntry | { problem: string } {
  const [credentials = '', ...settings] = line.split(/\s+/);
  const colon = credentials.indexOf(':');
  if (colon < 0) return { problem: 'no "NAME:HASH"' };
  const name = credentials.slice(0, colon);
  if (name === '' || name.length > FieldLimits.usernameLength) {
    return { problem: `a name that is not of 1 to ${FieldLimits.usernameLength} characters` };
  }
  const hash = parsePasswordHash(credentials.slice(colon + 1));
  if ('problem' in hash) return { problem: `user "${name}" has ${hash.problem}` };
  const user: UserEntry = { name, hash, maxConnections: undefined, maxSymbols: undefined };
  for (const setting of settings) {
    const [key, value = ''] = setting.split('=', 2);
    if (key !== 'maxConnections' && key !== 'maxSymbols') {
      return { problem: `user "${name}" has an unknown setting "${key}"; known are maxConnections=N and maxSymbols=N` };
    }
    const isNumber = /^\d{1,8}$/.test(value) && Number(value) <= MAX_LIMIT;
    if (!isNumber) return { problem: `${key} of user "${name}" is no whole number from 0 (no limit) to ${MAX_LIMIT}` };
    if (user[key] !== undefined) return { problem: `user "${name}" has ${key} twice` };
    user[key] = Number(value);
  }
  return user;
}
