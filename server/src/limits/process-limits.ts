import type { ProcessLimitSettings } from '../config/server-config.ts';
import type { Libc } from './libc.ts';
import { Resource } from './libc.ts';

/** What became of one setting. Sizes in bytes, CPU time in seconds, files in descriptors. */
export interface LimitOutcome {
  limit: 'open_files' | 'data_memory' | 'cpu_time' | 'stack' | 'core';
  /** undefined = not asked for. */
  asked: number | undefined;
  /** The soft limit that is in force now. */
  granted: number | 'unlimited';
  /** Why `granted` is not what was asked. */
  reason?: string;
}

/** What a process of the server may be. */
export interface LimitScope {
  role: 'supervisor' | 'worker';
  /** VmData of this process now, in bytes. */
  dataBytes: number;
}

/**
 * Sets this process's soft limits. Hard limits stay as they are, so that every limit can still be raised.
 *
 * - Memory is RLIMIT_DATA = what the process has mapped at its start + the total of all processes. The absolute
 *   number would not do: V8 maps some 570 MB of private data before the first line runs. An equal share for each
 *   would not do either: what waits for slow clients is in one worker, and the engine aborts at the limit long
 *   before the monitor of the total can take it back.
 * - CPU time is for workers only; at the limit the kernel sends SIGXCPU, which the worker takes as a wish to be
 *   replaced.
 */
export function applyProcessLimits(libc: Libc, settings: ProcessLimitSettings, scope: LimitScope): LimitOutcome[] {
  const { openFiles, memoryBytes, cpuSeconds, stackBytes, coreBytes } = settings;
  const dataLimit = memoryBytes === null ? null : scope.dataBytes + memoryBytes;
  return [
    apply(libc, 'open_files', Resource.NOFILE, openFiles),
    apply(libc, 'data_memory', Resource.DATA, dataLimit),
    apply(libc, 'cpu_time', Resource.CPU, scope.role === 'worker' ? cpuSeconds : null),
    apply(libc, 'stack', Resource.STACK, stackBytes),
    apply(libc, 'core', Resource.CORE, coreBytes),
  ];
}

function apply(libc: Libc, limit: LimitOutcome['limit'], resource: Resource, asked: number | null): LimitOutcome {
  const { hard } = libc.getLimit(resource);
  let reason: string | undefined;
  if (asked !== null) {
    reason = libc.setLimit(resource, { soft: Math.min(asked, hard), hard });
    if (asked > hard) reason = `the hard limit is ${hard} and may not be raised`;
  }
  const { soft } = libc.getLimit(resource);
  const outcome = { limit, asked: asked ?? undefined, granted: soft === Infinity ? ('unlimited' as const) : soft };
  return reason === undefined ? outcome : { ...outcome, reason };
}
