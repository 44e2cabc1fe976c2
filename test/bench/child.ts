import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export interface ChildOptions {
  env?: Readonly<Record<string, string>>;
  /** Called with each line of standard output and standard error. */
  onLine: (line: string) => void;
}

const END_GUARD_MS = 5_000;

/** A program of the bench. It ends with the bench, whatever happens to that. */
export class Child {
  readonly exited: Promise<void>;
  readonly #process: ChildProcess;
  readonly #tail: string[] = [];

  constructor([program, ...args]: readonly [string, ...string[]], { env, onLine }: ChildOptions) {
    this.#process = spawn('setpriv', ['--pdeathsig=KILL', program, ...args], {
      env: { PATH: process.env['PATH'] ?? '', ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.exited = once(this.#process, 'exit').then(() => undefined);
    // A program that has ended takes no more input; its exit says so.
    this.#process.stdin?.on('error', () => undefined);
    for (const output of [this.#process.stdout!, this.#process.stderr!]) {
      createInterface({ input: output }).on('line', (line) => {
        this.#tail.push(line);
        if (this.#tail.length > 20) this.#tail.shift();
        onLine(line);
      });
    }
  }

  get pid(): number {
    return this.#process.pid!;
  }

  get hasExited(): boolean {
    return this.#process.exitCode !== null || this.#process.signalCode !== null;
  }

  /** How it ended, if it has, and the last lines that it wrote. */
  get tail(): string {
    const { exitCode, signalCode } = this.#process;
    const end = signalCode ?? (exitCode === null ? undefined : `exit code ${exitCode}`);
    return [...(end === undefined ? [] : [end]), ...this.#tail].join('\n');
  }

  say(line: string): void {
    this.#process.stdin?.write(`${line}\n`);
  }

  kill(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  /** SIGTERM, then SIGKILL when that does not end it. */
  async stop(): Promise<void> {
    if (this.hasExited) return;
    this.#process.kill('SIGTERM');
    const guard = setTimeout(() => this.#process.kill('SIGKILL'), END_GUARD_MS);
    await this.exited;
    clearTimeout(guard);
  }
}
