import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface CommandOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** Called for each line that the command writes, whichever stream it uses. */
  onLine?: (line: string) => void;
  /** Ends the command; the returned promise then rejects. */
  signal?: AbortSignal | undefined;
  /** What it is ended with, SIGTERM by default. */
  killSignal?: NodeJS.Signals;
}

/** How many of a command's last lines an error repeats. */
const tailLines = 30;

/**
 * Runs a command to its end and returns what it wrote to standard output.
 * Rejects with the command line and the end of its output when it cannot be started or fails.
 */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  const { cwd, env, onLine, signal, killSignal } = options;
  const child = spawn(command, args, { cwd, env, signal, killSignal, stdio: ['ignore', 'pipe', 'pipe'] });
  const output: string[] = [];
  const tail: string[] = [];
  const follow = (stream: NodeJS.ReadableStream, keep: boolean): void => {
    createInterface({ input: stream }).on('line', (line) => {
      if (keep) output.push(line);
      tail.push(line);
      if (tail.length > tailLines) tail.shift();
      onLine?.(line);
    });
  };
  follow(child.stdout, true);
  follow(child.stderr, false);
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  child.on('error', reject);
  child.on('close', (code, killedBy) => {
    if (code === 0) resolve(output.join('\n'));
    else {
      const end = killedBy === null ? `exit code ${code}` : `signal ${killedBy}`;
      reject(new Error([`${[command, ...args].join(' ')}: ${end}`, ...tail].join('\n  ')));
    }
  });
  return promise;
}
