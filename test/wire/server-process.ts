import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { ConnectionOptions } from 'node:tls';
import { Metrics } from './metrics.ts';
import { eventually, GUARD_MS } from './eventually.ts';
import { serverProgram } from './server-program.ts';

/** The credentials of the golden AUTH frame. */
export const USERNAME = 'user1';
export const PASSWORD = 'pass1';

/**
 * Free ports, one worker, no lock-out (all tests come from one address), a quick end. Most clients of the tests send no
 * heartbeats, and a slow machine keeps them longer than the usual timeout.
 */
const defaults: Readonly<Record<string, string>> = {
  LISTEN_ADDR: '127.0.0.1:0',
  METRICS_ADDR: '127.0.0.1:0',
  ADMIN_ADDR: '127.0.0.1:0',
  AUTH_USERNAME: USERNAME,
  AUTH_PASSWORD: PASSWORD,
  AUTH_MAX_ATTEMPTS: '0',
  WORKERS: '1',
  DRAIN_SECONDS: '0',
  HEARTBEAT_TIMEOUT_MS: '600000',
};

/** Turns the admin port on, for the cases that need it. */
export const ADMIN_TOKEN = 'a-token-for-the-cases';

/**
 * Of a request over HTTP: the server closes connections that are idle for 5 s, and a client that is busy at that moment
 * would send the next request over a closed one.
 */
const ownConnection = { connection: 'close' };

export interface AdminAnswer {
  status: number;
  headers: Headers;
  body: Readonly<Record<string, unknown>>;
}

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export type LogEntry = Readonly<Record<string, unknown>> & { message?: string; level?: string };

/** One real server process with its own ports. Whoever starts it stops it. */
export class ServerProcess {
  readonly exited: Promise<Exit>;
  /** The JSON lines of standard error, in order. */
  readonly logs: LogEntry[] = [];
  /** Standard error and output as text. */
  stderr = '';
  stdout = '';
  port = 0;
  metricsPort = 0;
  /** 0 = the server has no admin port. */
  adminPort = 0;
  /** How clients connect to it by default; undefined = plain TCP. */
  tls: ConnectionOptions | undefined;
  readonly #child: ChildProcess;

  private constructor(env: Readonly<Record<string, string>>, args: readonly string[]) {
    this.#child = spawn(process.execPath, ['--conditions=source', serverProgram, ...args], {
      // Nothing is inherited: what this machine happens to set must not change what is tested.
      env: { PATH: process.env['PATH'] ?? '', ...defaults, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const child = this.#child;
    this.exited = once(child, 'close').then(() => ({ code: child.exitCode, signal: child.signalCode }));
    this.#child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
    });
    createInterface({ input: this.#child.stderr! }).on('line', (line) => {
      this.stderr += `${line}\n`;
      if (!line.startsWith('{')) return;
      const entry: unknown = JSON.parse(line);
      this.logs.push(Object.fromEntries(Object.entries(entry ?? {})));
    });
  }

  /** Starts a server and resolves once it listens. */
  static async start(env: Readonly<Record<string, string>> = {}): Promise<ServerProcess> {
    const server = new ServerProcess(env, []);
    await eventually(
      'the server to listen',
      () => {
        const { exitCode, signalCode } = server.#child;
        if (exitCode !== null || signalCode)
          throw new Error(`the server ended (${exitCode ?? signalCode}):\n${server.stderr}`);
        return server.log('listening') !== undefined;
      },
      server.#kill,
    );
    const { clients, metrics } = server.log('listening')!;
    server.port = portOf(clients);
    server.metricsPort = portOf(metrics);
    const admin = server.log('admin port')?.['admin'];
    if (admin !== undefined) server.adminPort = portOf(admin);
    return server;
  }

  /** Starts a server for `work`, and stops it. */
  static async with(
    env: Readonly<Record<string, string>>,
    work: (server: ServerProcess) => Promise<void>,
  ): Promise<void> {
    const server = await ServerProcess.start(env);
    try {
      await work(server);
    } finally {
      await server.stop();
    }
  }

  /** Runs the server program to its end. */
  static async run(
    env: Readonly<Record<string, string>>,
    args: readonly string[] = [],
  ): Promise<ServerProcess & { exit: Exit }> {
    const server = new ServerProcess(env, args);
    const guard = setTimeout(server.#kill, GUARD_MS);
    const exit = await server.exited;
    clearTimeout(guard);
    return Object.assign(server, { exit });
  }

  /** The supervisor's process id. */
  get pid(): number {
    return this.#child.pid!;
  }

  /** The first log entry with this message. */
  log(message: string): LogEntry | undefined {
    return this.logs.find((entry) => entry.message === message);
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** GET on the metrics port. */
  async get(path: string): Promise<{ status: number; body: string }> {
    const response = await fetch(`http://127.0.0.1:${this.metricsPort}${path}`, { headers: ownConnection });
    return { status: response.status, body: await response.text() };
  }

  /** A request to the admin port with the token of {@link ADMIN_TOKEN}. */
  async admin(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<AdminAnswer> {
    const response = await fetch(`http://127.0.0.1:${this.adminPort}${path}`, {
      method,
      headers: { ...ownConnection, authorization: `Bearer ${ADMIN_TOKEN}`, ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const answer: unknown = await response.json();
    return {
      status: response.status,
      headers: response.headers,
      body: Object.fromEntries(Object.entries(answer ?? {})),
    };
  }

  async metrics(): Promise<Metrics> {
    return new Metrics((await this.get('/metrics')).body);
  }

  /** SIGTERM, and SIGKILL when that does not end it. */
  async stop(): Promise<Exit> {
    this.signal('SIGTERM');
    const guard = setTimeout(this.#kill, GUARD_MS);
    const exit = await this.exited;
    clearTimeout(guard);
    return exit;
  }

  readonly #kill = (): void => {
    this.#child.kill('SIGKILL');
  };
}

function portOf(address: unknown): number {
  const port = Number(/:(\d+)$/.exec(String(address))?.[1]);
  if (!port) throw new Error(`no port in ${String(address)}`);
  return port;
}
