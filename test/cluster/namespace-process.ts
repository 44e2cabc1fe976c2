import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { waitFor } from './wait.ts';

/** A process that is known by more than its id, which the kernel gives again: its start time, in clock ticks. */
export interface ProcessHandle {
  readonly pid: number;
  readonly startTime: string;
}

/** A tree of processes in namespaces of its own; killing `outer` ends all of them and frees all that they held. */
export interface NamespaceProcess {
  readonly outer: ProcessHandle;
  /** The first process inside, as seen from here. */
  readonly innerPid: number;
}

const here = dirname(fileURLToPath(import.meta.url));

/**
 * Starts one of our agents (a program of this folder) as the first program in new mount, network and process
 * namespaces. With `owned` the tree also ends when this process does, however it does: the agent watches its
 * standard input, which closes then. It runs in a session of its own, so that Ctrl-C reaches only us.
 */
export async function startInNamespaces(
  agent: string,
  args: readonly string[],
  options: { readonly log: string; readonly owned: boolean },
): Promise<NamespaceProcess> {
  mkdirSync(dirname(options.log), { recursive: true });
  const log = openSync(options.log, 'a');
  const child: ChildProcess = spawn(
    'unshare',
    [
      '--mount', '--net', '--pid', '--fork', '--kill-child', '--mount-proc',
      // Reaps what the container runtime leaves to the first process.
      'tini', '--',
      process.execPath, '--conditions=source', '--disable-warning=ExperimentalWarning', join(here, agent), ...args,
      ...(options.owned ? ['--owned'] : []),
    ], // prettier-ignore
    { stdio: [options.owned ? 'pipe' : 'ignore', log, log], detached: true },
  );
  closeSync(log);
  const failed = new Promise<never>((_, reject) => {
    child.once('error', (error) => reject(new Error(`cannot run unshare: ${error.message}`)));
    child.once('exit', () => {
      reject(new Error(`the namespaces of ${agent} could not be made: ${lastLines(options.log, 5)}`));
    });
  });
  const innerPid = await Promise.race([
    failed,
    waitFor(() => childrenOf(child.pid!)[0], { what: 'the namespaces', timeoutMs: 10_000, intervalMs: 5 }),
  ]);
  failed.catch(() => undefined);
  child.unref();
  const pipe = child.stdin as { unref?: () => void } | null;
  pipe?.unref?.();
  return { outer: handleOf(child.pid!)!, innerPid };
}

/** Undefined when there is no such process. */
export function handleOf(pid: number): ProcessHandle | undefined {
  const startTime = startTimeOf(pid);
  return startTime === undefined ? undefined : { pid, startTime };
}

export function isAlive(handle: ProcessHandle): boolean {
  return startTimeOf(handle.pid) === handle.startTime;
}

/** Kills the tree and waits until its first process is gone. */
export async function endNamespaces(handle: ProcessHandle): Promise<void> {
  if (!isAlive(handle)) return;
  const [inner] = childrenOf(handle.pid);
  process.kill(handle.pid, 'SIGKILL');
  await waitFor(() => !isAlive(handle) && (inner === undefined || !existsSync(`/proc/${inner}`)), {
    what: `the processes of ${handle.pid} to end`,
    timeoutMs: 30_000,
    intervalMs: 20,
  });
}

/** proc_pid_stat(5), field 22; a zombie counts as gone. */
function startTimeOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field, the name, is in parentheses and may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

function childrenOf(pid: number): readonly number[] {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    return children === '' ? [] : children.split(' ').map(Number);
  } catch {
    return [];
  }
}

/** The end of a log file, for an error's message. */
export function lastLines(file: string, count: number): string {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-count).join('\n');
  } catch {
    return `(no log at ${file})`;
  }
}
