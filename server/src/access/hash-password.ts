import type { Interface } from 'node:readline';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { PassThrough } from 'node:stream';
import type { ReadStream } from 'node:tty';
import { FieldLimits } from '@tick-storm/protocol';
import { formatPasswordHash, hashPassword } from './password-hash.ts';
import { readUsersFile } from './users-file.ts';

export interface HashPasswordStreams {
  /** A terminal is asked twice, without echo; else its first line is the password. */
  input: NodeJS.ReadableStream | ReadStream;
  /** For the questions. */
  questions: NodeJS.WritableStream;
}

/**
 * Makes a line of the users file from a password, which never stands on a command line.
 * @param name the user
 * @returns the line, or what is wrong
 */
export async function usersFileLine(
  name: string,
  { input, questions }: HashPasswordStreams,
): Promise<{ line: string } | { problem: string }> {
  const passwords = isTerminal(input) ? await ask(input, questions) : [firstLine(await text(input))];
  const [password = '', again = password] = passwords;
  if (password !== again) return { problem: 'the two passwords differ' };
  if (password.length === 0 || password.length > FieldLimits.passwordLength) {
    return { problem: `a password has 1 to ${FieldLimits.passwordLength} characters` };
  }
  const line = `${name}:${formatPasswordHash(await hashPassword(password))}`;
  const users = readUsersFile(line);
  if ('problem' in users) return { problem: users.problem.replace(/^line 1: /, '') };
  if (users[0]?.name !== name) return { problem: 'a name has no ":", no white space at its ends, and no "#" first' };
  return { line };
}

function isTerminal(input: HashPasswordStreams['input']): input is ReadStream {
  return 'isTTY' in input && input.isTTY;
}

function firstLine(given: string): string {
  return given.split(/\r?\n/, 1)[0] ?? '';
}

/** Asks for the password and for its repetition. readline shows what is typed on its output: here, nowhere. */
async function ask(input: ReadStream, questions: NodeJS.WritableStream): Promise<string[]> {
  const terminal = createInterface({ input, output: new PassThrough(), terminal: true });
  try {
    return [await answer(terminal, 'Password: ', questions), await answer(terminal, 'Again: ', questions)];
  } finally {
    terminal.close();
  }
}

function answer(terminal: Interface, question: string, questions: NodeJS.WritableStream): Promise<string> {
  questions.write(question);
  return new Promise((resolve) => {
    const finish = (given: string): void => {
      questions.write('\n');
      resolve(given);
    };
    terminal.once('line', finish);
    terminal.once('close', () => resolve(''));
  });
}
