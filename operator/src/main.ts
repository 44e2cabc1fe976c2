import { homedir, hostname, totalmem } from 'node:os';
import { join } from 'node:path';
import { getHeapStatistics } from 'node:v8';
import { createLogger, format, transports } from 'winston';
import { DEFAULT_SERVER_IMAGE, readEnvironment } from './environment.ts';
import { loadKubeConfig, type KubeConfigResult } from './kube-config.ts';
import type { MemoryUse } from './memory-watch.ts';
import { runPlanCommand } from './plan/plan-command.ts';
import { runProgram } from './program.ts';

/** Exit codes, as in sysexits.h. */
const EX_USAGE = 64;
const EX_UNAVAILABLE = 69;
const EX_CONFIG = 78;

const VERSION = '0.2.0';

/** Says what keeps the operator from starting, and ends. */
function refuse(problems: readonly string[]): never {
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  process.exit(EX_CONFIG);
}

const findKubeConfig = (): KubeConfigResult =>
  loadKubeConfig({
    kubeconfig: process.env['KUBECONFIG'],
    homeFile: join(homedir(), '.kube', 'config'),
    tokenFile: '/var/run/secrets/kubernetes.io/serviceaccount/token',
  });

function readMemory(): MemoryUse {
  const { used_heap_size: heapBytes, heap_size_limit: heapLimitBytes } = getHeapStatistics();
  // Without a limit the former is 0, or more than there is.
  const limitBytes = Math.min(process.constrainedMemory() || totalmem(), totalmem());
  return { heapBytes, heapLimitBytes, residentBytes: process.memoryUsage.rss(), limitBytes };
}

/** What the operator is for. */
async function operate(): Promise<void> {
  const read = readEnvironment(process.env, { podName: hostname(), podNamespace: 'default' });
  if (!read.ok)
    refuse(read.problems.map(({ name, value, allowed }) => `${name}=${JSON.stringify(value)}: allowed is ${allowed}`));
  const { environment } = read;
  const found = findKubeConfig();
  if (!found.ok) refuse([found.problem]);

  const logger = createLogger({
    level: environment.logLevel,
    format: format.combine(format.timestamp(), format.json()),
    transports: [new transports.Stream({ stream: process.stderr })],
  });

  const ending = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      // The first one ends in order; whoever sends a second one does not want to wait.
      if (ending.signal.aborted) process.exit(128 + (signal === 'SIGINT' ? 2 : 15));
      logger.info('stopping', { signal });
      ending.abort();
    });
  }

  try {
    await runProgram({
      environment,
      kubeConfig: found.config,
      version: VERSION,
      logger,
      readMemory,
      signal: ending.signal,
      onLeaseLost: (error) => {
        process.stderr.write(`${JSON.stringify({ level: 'error', message: error.message })}\n`);
        process.exit(EX_UNAVAILABLE);
      },
    });
    process.exitCode = 0;
  } catch (error) {
    logger.error('operator failed', { error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    process.exit(EX_UNAVAILABLE);
  }
}

/** The subcommand that says what would change. */
async function plan(args: readonly string[]): Promise<void> {
  process.stdout.on('error', () => process.exit(EX_UNAVAILABLE));
  process.exitCode = await runPlanCommand({
    args,
    input: process.stdin,
    out: process.stdout,
    err: process.stderr,
    loadKubeConfig: () => {
      const found = findKubeConfig();
      if (!found.ok) throw new Error(found.problem);
      return found.config;
    },
    environment: process.env,
    defaultImage: DEFAULT_SERVER_IMAGE,
    version: VERSION,
  });
}

const [command, ...args] = process.argv.slice(2);
if (command === undefined) {
  await operate();
} else if (command === 'plan') {
  await plan(args);
} else {
  process.stderr.write(`there is no command ${JSON.stringify(command)}: none runs the operator, plan -f FILE plans\n`);
  process.exit(EX_USAGE);
}
