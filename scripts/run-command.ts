import { spawn } from 'node:child_process';
import { dirname, delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root: string = dirname(dirname(fileURLToPath(import.meta.url)));

export interface CommandResult {
  readonly exitCode: number;
  /** Both streams, when they were captured. */
  readonly output: string;
}

export interface CommandOptions {
  readonly signal: AbortSignal;
  readonly env?: Readonly<Record<string, string>>;
  /** Keep the output instead of showing it. */
  readonly capture?: boolean;
  /** For a program that writes results there which are read from elsewhere. */
  readonly discardStandardOutput?: boolean;
}

/**
 * Runs a program at the project's root, with the programs of node_modules on PATH. SIGTERM when the signal fires, to
 * all that it has started, too: jest does not end its workers, nor they the servers and operators of their tests.
 */
export function runCommand(command: string, args: readonly string[], options: CommandOptions): Promise<CommandResult> {
  if (options.signal.aborted) return Promise.resolve({ exitCode: 1, output: '' });
  const bin = join(root, 'node_modules', '.bin');
  const env = { ...process.env, ...options.env, PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}` };
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...args], {
      cwd: root,
      env,
      // A process group of its own.
      detached: true,
      stdio:
        options.capture === true
          ? ['ignore', 'pipe', 'pipe']
          : ['ignore', options.discardStandardOutput === true ? 'ignore' : 'inherit', 'inherit'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    }
    const end = (): void => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
      } catch {
        // Nobody is left.
      }
    };
    options.signal.addEventListener('abort', end);
    child.on('error', reject);
    child.on('close', (code) => {
      options.signal.removeEventListener('abort', end);
      resolve({ exitCode: code ?? 1, output });
    });
  });
}
