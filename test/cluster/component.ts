import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** A program of the cluster: how it is called and where its log goes. */
export interface ComponentSpec {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const longestPauseMs = 10_000;
/** A run this long counts as healthy: the next restart is prompt again. */
const healthyRunMs = 10_000;

/**
 * Keeps one program running: writes its output to LOGS/NAME.log and starts it anew, after a growing pause, whenever
 * it ends. There is no stop: a cluster ends by ending the process namespace that its components live in.
 */
export function keepRunning(spec: ComponentSpec, logs: string): void {
  void keepRunningForever(spec, logs);
}

async function keepRunningForever(spec: ComponentSpec, logs: string): Promise<never> {
  let pauseMs = 250;
  for (;;) {
    const started = Date.now();
    const ending = await runOnce(spec, logs);
    if (Date.now() - started > healthyRunMs) pauseMs = 250;
    log(`${spec.name} ended with ${ending}; starting it again in ${pauseMs} ms`);
    await delay(pauseMs);
    pauseMs = Math.min(pauseMs * 2, longestPauseMs);
  }
}

function runOnce(spec: ComponentSpec, logs: string): Promise<string> {
  mkdirSync(logs, { recursive: true });
  const file = openSync(join(logs, `${spec.name}.log`), 'a');
  const child: ChildProcess = spawn(spec.command, [...spec.args], {
    stdio: ['ignore', file, file],
    env: { ...process.env, ...spec.env },
  });
  closeSync(file);
  return new Promise((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
}

/** A line in the log of the agent itself (its standard error). */
export function log(text: string): void {
  process.stderr.write(`${new Date().toISOString()} ${text}\n`);
}
