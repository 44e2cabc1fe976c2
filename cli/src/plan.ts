import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

/** The operator's program, which alone knows what becomes of a TickStorm. */
const operatorProgram = fileURLToPath(new URL('../../operator/src/main.ts', import.meta.url));

/** `tick plan`: runs the operator's `plan` on this terminal. Resolves to its exit code. */
export async function runPlan(args: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, [...process.execArgv, operatorProgram, 'plan', ...args], { stdio: 'inherit' });
  await once(child, 'close');
  // As a shell has it for what a signal has ended.
  return child.exitCode ?? 128 + (child.signalCode === null ? 0 : constants.signals[child.signalCode]);
}
