import { fork } from 'node:child_process';
import { Socket } from 'node:net';
import { usersFileLine } from './access/hash-password.ts';
import { readConfig } from './config.ts';
import type { ConfigProblem } from './config/config-problem.ts';
import { formatProblem } from './config/config-problem.ts';
import { notesOnHotSettings } from './config/hot-settings.ts';
import type { ServerConfig } from './config/server-config.ts';
import { Container } from './limits/container.ts';
import { Resource } from './limits/libc.ts';
import { limitProcess } from './limits/limit-process.ts';
import { readText } from './limits/read-text.ts';
import { logSizing, sizeFor } from './limits/size-for.ts';
import type { SupervisorOrder, WorkerReport } from './link/process-message.ts';
import { checkHealth } from './ops/health-check.ts';
import type { Logger } from './ops/logger.ts';
import { createJsonLogger } from './ops/logger.ts';
import { letHeapGrow, trimRegularly } from './resources/garbage.ts';
import { earlyStop } from './supervisor/early-stop.ts';
import { MountedFiles } from './supervisor/mounted-files.ts';
import { StopSignals } from './supervisor/stop-signals.ts';
import { Supervisor } from './supervisor/supervisor.ts';
import { LINK_DESCRIPTOR } from './supervisor/worker-process.ts';
import { SERVER_VERSION } from './version.ts';
import { Worker } from './worker/worker.ts';

// The one file that reads the environment, handles signals and exits, but for entry.ts, which handles signals
// until this file is loaded. The same program is supervisor and worker: a worker is this process forked with
// WORKER_MARKER set.

const WORKER_MARKER = 'TICK_STORM_WORKER';
/** EX_USAGE of <sysexits.h>. */
const EXIT_USAGE = 64;
/** EX_CONFIG of <sysexits.h>. */
const EXIT_CONFIG = 78;
/** EX_SOFTWARE of <sysexits.h>. */
const EXIT_SOFTWARE = 70;
/** 128 + SIGTERM. */
const EXIT_TERMINATED = 143;

/** Most bytes that a worker takes from its link at once. */
const LINK_READ_BYTES = 65_536;

const nodeOptions = process.env['NODE_OPTIONS'] ?? '';

const now = (): number => Date.now();
/** CLOCK_MONOTONIC, the same in all processes of the machine. */
const monotonicNow = (): number => Number(process.hrtime.bigint() / 1_000n) / 1_000;
/** What the main thread has had of a processor (RUSAGE_THREAD). */
const processorNow = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
};

async function main(): Promise<void> {
  const hashPasswordAt = process.argv.findIndex((argument) => /^--?hash-password$/.test(argument));
  if (hashPasswordAt > 0) {
    await printUsersFileLine(process.argv[hashPasswordAt + 1] ?? '');
    return;
  }
  const result = readConfig(process.env);
  if (process.argv.slice(2).some((argument) => /^--?health-check$/.test(argument))) {
    await healthCheck('config' in result ? result.config : undefined);
    return;
  }
  if ('problems' in result) {
    refuseConfig(result.problems);
    return;
  }
  const index = process.env[WORKER_MARKER];
  if (index === undefined) await runSupervisor(result.config, result.notes);
  else await runWorker(result.config, Number(index));
}

function refuseConfig(problems: readonly ConfigProblem[]): void {
  const logger = createJsonLogger(process.stderr, 'info', { process: 'supervisor' });
  for (const problem of problems) logger.error(formatProblem(problem), { ...problem });
  process.exitCode = EXIT_CONFIG;
}

async function printUsersFileLine(name: string): Promise<void> {
  const made = await usersFileLine(name, { input: process.stdin, questions: process.stderr });
  if ('line' in made) process.stdout.write(`${made.line}\n`);
  else process.stderr.write(`-hash-password NAME makes no line of the users file: ${made.problem}\n`);
  process.exitCode = 'line' in made ? 0 : EXIT_USAGE;
}

async function healthCheck(config: ServerConfig | undefined): Promise<void> {
  const { isReady, message } = config
    ? await checkHealth(config.metrics)
    : { isReady: false, message: 'not ready: the configuration is not valid' };
  process.stdout.write(`${message}\n`);
  process.exitCode = isReady ? 0 : 1;
}

async function runSupervisor(config: ServerConfig, notes: readonly string[]): Promise<void> {
  const files = new MountedFiles(config);
  const contents = await files.read();
  if ('problems' in contents) {
    refuseConfig(contents.problems);
    return;
  }
  const { hot } = contents;
  const logger = createLogger(config, hot.logLevel, { process: 'supervisor' });
  for (const note of [...notes, ...notesOnHotSettings(hot)]) logger.warn('setting without effect', { note });

  const container = new Container(readText);
  const sizing = sizeFor(config, container, nodeOptions);
  logSizing(logger, container, sizing);
  const { libc, limits } = await limitProcess(config, sizing, logger, 'supervisor');
  trimRegularly(libc);
  const supervisor = new Supervisor({
    ...contents,
    config: { ...config, hot },
    workers: sizing.workers,
    container,
    sizing,
    limits,
    libc,
    serverVersion: SERVER_VERSION,
    logger,
    now,
    monotonicNow,
    processorNow,
    fork: (index) => forkWorker(index, sizing.workerHeapMib),
    onFatal: (message) => {
      logger.error('cannot start', { reason: message });
      supervisor.killWorkers();
      process.exitCode = 1;
      exitWhenLogged();
    },
  });
  handleStopSignals(supervisor, logger);
  files.watch(supervisor, logger);
  try {
    await supervisor.start();
  } catch (error) {
    logger.error('cannot start', { reason: error instanceof Error ? error.message : String(error) });
    supervisor.killWorkers();
    process.exitCode = 1;
    exitWhenLogged();
  }
}

function handleStopSignals(supervisor: Supervisor, logger: Logger): void {
  const signals = new StopSignals();
  const stop = (signal: NodeJS.Signals): void => {
    switch (signals.receive(monotonicNow())) {
      case 'drain':
        logger.info('stopping', { signal });
        void drainAndExit(supervisor);
        break;
      case 'nothing':
        break;
      case 'end':
        logger.warn('stopped at once', { signal });
        supervisor.killWorkers();
        process.exitCode = EXIT_TERMINATED;
        exitWhenLogged();
        break;
    }
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  earlyStop.isOver = true;
}

async function drainAndExit(supervisor: Supervisor): Promise<void> {
  await supervisor.drain();
  process.exitCode = 0;
  exitWhenLogged();
}

function forkWorker(index: number, heapMib: number | undefined): ReturnType<typeof fork> {
  const heap = heapMib === undefined ? [] : [`--max-old-space-size=${heapMib}`];
  return fork(process.argv[1] ?? '', {
    env: { ...process.env, [WORKER_MARKER]: String(index) },
    execArgv: [...process.execArgv, ...heap],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc', 'pipe'],
  });
}

async function runWorker(config: ServerConfig, index: number): Promise<void> {
  const logger = createLogger(config, config.hot.logLevel, { process: 'worker', worker: index });
  const report = (message: WorkerReport): void => {
    process.send?.(message, undefined, undefined, () => {});
  };
  process.on('disconnect', () => process.exit(0));
  // The supervisor died while this process was loading: the event has been.
  if (!process.connected) process.exit(0);
  const { libc, limits } = await limitProcess(
    config,
    sizeFor(config, new Container(readText), nodeOptions),
    logger,
    'worker',
  );
  process.on('SIGXCPU', () => {
    // The signal comes every second from now on unless the limit is raised.
    if (libc)
      libc.setLimit(Resource.CPU, { soft: libc.getLimit(Resource.CPU).hard, hard: libc.getLimit(Resource.CPU).hard });
    report({ type: 'cpu_time_exceeded' });
  });
  trimRegularly(libc);
  if (config.tls.isEnabled) letHeapGrow();
  const worker = new Worker({
    config,
    serverVersion: SERVER_VERSION,
    logger,
    libc,
    openLink,
    report,
    now,
    monotonicNow,
  });
  process.on('message', (order: unknown) => {
    if (isOrder(order)) void worker.handle(order);
  });
  report({ type: 'started', limits });
}

/** Reads into the same memory again and again: a buffer of its own for each read is a part of what a small flush costs. */
function openLink(onData: (chunk: Buffer) => void): Socket {
  const buffer = Buffer.allocUnsafeSlow(LINK_READ_BYTES);
  const callback = (bytes: number): boolean => {
    onData(buffer.subarray(0, bytes));
    return true;
  };
  const link = new Socket({ fd: LINK_DESCRIPTOR, readable: true, writable: true, onread: { buffer, callback } });
  // The supervisor is gone: `disconnect` ends this process.
  link.on('error', () => {});
  return link;
}

function isOrder(message: unknown): message is SupervisorOrder {
  return typeof message === 'object' && message !== null && 'type' in message;
}

function createLogger(config: ServerConfig, level: ServerConfig['hot']['logLevel'], fields: object): Logger {
  const instance = config.instanceId === '' ? {} : { instance: config.instanceId };
  const logger = createJsonLogger(process.stderr, level, { ...instance, pid: process.pid, ...fields });
  process.on('uncaughtException', (error) => {
    logger.error('uncaught exception', { error: error.message, stack: error.stack });
    process.exitCode = EXIT_SOFTWARE;
    exitWhenLogged();
  });
  return logger;
}

/** Ends the process after what was logged in this turn is written. */
function exitWhenLogged(): void {
  setImmediate(() => process.exit());
}

await main();
