import type { ServerConfig } from '../config/server-config.ts';
import type { Logger } from '../ops/logger.ts';
import type { Libc } from './libc.ts';
import { loadLibc } from './libc.ts';
import { processBytes } from './proc-status.ts';
import type { LimitOutcome, LimitScope } from './process-limits.ts';
import { applyProcessLimits } from './process-limits.ts';
import type { Sizing } from './sizing.ts';

/** Applies the ULIMIT_* settings to this process and logs what became of each. @returns no `libc` where it cannot be called */
export async function limitProcess(
  config: ServerConfig,
  sizing: Sizing,
  logger: Logger,
  role: LimitScope['role'],
): Promise<{ libc: Libc | undefined; limits: LimitOutcome[] }> {
  let libc: Libc;
  try {
    libc = await loadLibc();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    logger.warn('process limits have no effect: the C library cannot be called', { reason });
    return { libc: undefined, limits: [] };
  }
  const settings = { ...config.limits, memoryBytes: sizing.memoryCeiling ?? null };
  const scope = { role, dataBytes: processBytes('VmData') };
  const limits = applyProcessLimits(libc, settings, scope);
  for (const outcome of limits) {
    const isFiles = outcome.limit === 'open_files';
    if (outcome.asked === undefined && !isFiles) continue;
    const fields = { ...outcome };
    const message = isFiles ? 'file descriptor limit' : 'process limit';
    if (outcome.reason === undefined) logger.info(message, fields);
    else logger.warn(message, fields);
  }
  return { libc, limits };
}
