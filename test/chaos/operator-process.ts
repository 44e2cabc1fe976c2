import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { waitFor } from '../cluster/wait.ts';
import { operatorNodeArguments } from '../images/node-arguments.ts';
import type { ClockShift } from './clock-shift.ts';
import { proxyKubeconfig } from './kubeconfig-access.ts';
import type { OperatorAccount } from './operator-accounts.ts';
import type { Footprint } from './operator-footprint.ts';

export interface OperatorProcessOptions {
  /** The file to run. */
  readonly program: string;
  /** Unique among the operators of a test; names its files and its pod. */
  readonly name: string;
  /** Folder for its kubeconfig and log. */
  readonly folder: string;
  /** Port of the proxy through which it reaches the API server. */
  readonly proxyPort: number;
  /** Who it is, and where. */
  readonly account: OperatorAccount;
  readonly environment?: Readonly<Record<string, string>>;
  /** Whether its clocks can be set apart from the machine's. */
  readonly hasOwnClock?: boolean;
}

interface LogLine {
  readonly message: string;
  readonly port?: number;
  readonly error?: string;
}

const CLOCK = pathToFileURL(join(import.meta.dirname, 'jumping-clock.mjs')).href;

/** The operator as its image runs it: a process of its own, against a proxy. */
export class OperatorProcess {
  readonly lines: LogLine[] = [];
  readonly #child: ChildProcess;
  readonly #exited: Promise<number | NodeJS.Signals>;
  /** Whether it has ended and all its lines have been read. */
  #isOver = false;

  private constructor(child: ChildProcess, log: string) {
    this.#child = child;
    this.#exited = once(child, 'exit').then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals);
    const file = createWriteStream(log, { flags: 'a' });
    createInterface({ input: child.stderr! }).on('line', (line) => {
      file.write(`${line}\n`);
      this.lines.push(parseLine(line));
    });
    child.on('close', () => {
      this.#isOver = true;
      file.end();
    });
  }

  static async start(options: OperatorProcessOptions): Promise<OperatorProcess> {
    const { name, folder, program, proxyPort, account, hasOwnClock = false } = options;
    const kubeconfig = join(folder, `${name}.kubeconfig`);
    await writeFile(kubeconfig, JSON.stringify(proxyKubeconfig(proxyPort, account.token)));
    const clock = hasOwnClock ? [`--import=${CLOCK}`] : [];
    const child = spawn(process.execPath, [...operatorNodeArguments(), ...clock, program], {
      stdio: ['ignore', 'ignore', 'pipe', ...(hasOwnClock ? ['ipc' as const] : [])],
      env: {
        PATH: process.env['PATH'],
        KUBECONFIG: kubeconfig,
        METRICS_ADDR: '127.0.0.1:0',
        POD_NAME: name,
        POD_NAMESPACE: account.namespace,
        LEADER_ELECTION: 'false',
        ...options.environment,
      },
    });
    return new OperatorProcess(child, join(folder, `${name}.log`));
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** Resolves with the exit code, or the signal that ended it. */
  get exited(): Promise<number | NodeJS.Signals> {
    return this.#exited;
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Sets its clocks, which are its own; resolves when they go so, or it has ended. What is left out goes right. */
  async setClock(shift: Partial<ClockShift>): Promise<void> {
    const isSet = once(this.#child, 'message');
    // It may have ended: that is told to whoever waits for it.
    this.#child.send({ wallMs: 0, monotonicMs: 0, ...shift }, () => undefined);
    await Promise.race([isSet, this.#exited]);
  }

  /** Ends it, and waits until it has ended. */
  async end(signal: NodeJS.Signals = 'SIGKILL'): Promise<number | NodeJS.Signals> {
    this.#child.kill(signal);
    return await this.#exited;
  }

  /** Resolves once it has logged a message of this text; rejects when it has ended without. */
  async logged(message: string, timeoutMs = 60_000): Promise<void> {
    const isLogged = (): boolean => this.lines.some((line) => line.message === message);
    const what = `to log "${message}"`;
    await this.#until(isLogged, { what, timeoutMs, intervalMs: 20 });
  }

  /** Resolves once its caches are complete and no work is left, as its metrics tell; rejects when it has ended before. */
  async idle(timeoutMs = 60_000): Promise<void> {
    await this.logged('caches are complete, reconciling', timeoutMs);
    const isIdle = async (): Promise<boolean> => {
      const text = await this.metrics();
      const gauges = [...text.matchAll(/^tick_storm_operator_queue_(?:depth|unfinished_work_seconds)\{.*\} (.+)$/gm)];
      return gauges.length === 4 && gauges.every(([, value]) => Number(value) === 0);
    };
    await this.#until(isIdle, { what: 'to have nothing left to do', timeoutMs, intervalMs: 50 });
  }

  /** All metrics, as Prometheus would read them. */
  async metrics(): Promise<string> {
    const port = this.lines.find(({ message }) => message === 'operator started')!.port!;
    return await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  }

  /** Resident memory in bytes and open files, as the kernel counts them. */
  async resources(): Promise<Footprint> {
    const status = await readFile(`/proc/${this.pid}/status`, 'utf8');
    const kilobytes = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]);
    const files = await readdir(`/proc/${this.pid}/fd`);
    return { rssBytes: kilobytes * 1_024, openFiles: files.length };
  }

  /** Waits for the operator, but not for one that is gone: whoever has killed it would be kept waiting, and with it the tests' end. */
  async #until(
    isMet: () => boolean | Promise<boolean>,
    { what, ...patience }: { readonly what: string; readonly timeoutMs: number; readonly intervalMs: number },
  ): Promise<void> {
    const end = await waitFor(
      async () => {
        // Asked first: what it said last has been read by then.
        const isOver = this.#isOver;
        try {
          if (await isMet()) return 'met';
        } catch (error) {
          if (!isOver) throw error;
        }
        return isOver && 'over';
      },
      { what: `the operator ${what}`, ...patience },
    );
    if (end === 'over') throw new Error(`the operator ended with ${await this.#exited}, and was waited for ${what}`);
  }
}

function parseLine(line: string): LogLine {
  try {
    return JSON.parse(line) as LogLine;
  } catch {
    return { message: line };
  }
}
