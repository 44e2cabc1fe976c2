import { execFile, spawn } from 'node:child_process';

interface RunOptions {
  readonly input?: string;
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly timeoutMs?: number;
}

/** A command that could not be started or ended with a non-zero code; the message holds both its words and ours. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly stderr: string;
  constructor(command: readonly string[], reason: string, stderr: string) {
    super(`${command.join(' ')}: ${reason}${stderr.trim() === '' ? '' : `\n${stderr.trim()}`}`);
    this.stderr = stderr;
  }
}

/** Runs a command to its end and resolves to what it wrote to standard output (UTF-8). */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      command,
      [...args],
      {
        maxBuffer: 64 << 20,
        ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
        ...(options.env === undefined ? {} : { env: options.env }),
        ...(options.timeoutMs === undefined ? {} : { timeout: options.timeoutMs }),
      },
      (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else reject(new CommandError([command, ...args], reasonOf(error), stderr));
      },
    );
    // A child that ends without reading its input is no fault of ours.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(options.input ?? '');
  });
}

/** Runs a command with our own standard streams and resolves to its exit code. */
export function runInForeground(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...args], { stdio: 'inherit', env });
    child.on('error', reject);
    child.on('exit', (code) => resolve(code ?? 1));
  });
}

function reasonOf(error: Error & { code?: unknown; signal?: unknown }): string {
  if (error.code === 'ENOENT') return 'command not found';
  if (typeof error.signal === 'string') return `ended by ${error.signal}`;
  return `exit code ${String(error.code)}`;
}
