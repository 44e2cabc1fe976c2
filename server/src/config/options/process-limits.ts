import { optionalInteger } from '../fields.ts';
import type { OptionTable } from '../option.ts';

const GIBIBYTE = 1_073_741_824;

/** Limits of the processes, set with setrlimit(2). */
export const processLimitOptions = {
  ULIMIT_MAX_OPEN_FILES: {
    default: '',
    value: optionalInteger(64, 1_048_576, 'descriptors'),
    reload: 'restart',
    meaning: 'RLIMIT_NOFILE of every process. Empty: as it is.',
    tickStorm: '`processLimits.openFiles`',
  },
  ULIMIT_MAX_MEMORY_SIZE: {
    default: '',
    value: optionalInteger(GIBIBYTE / 8, 1_024 * GIBIBYTE, 'bytes'),
    reload: 'restart',
    meaning:
      'Memory of all processes together; none alone may have more (RLIMIT_DATA). Empty: three quarters of MEMORY_LIMIT or of the container.',
    tickStorm: '`processLimits.memoryBytes`',
  },
  ULIMIT_MAX_CPU_TIME: {
    default: '',
    value: optionalInteger(1, 2_147_483_647, 'seconds'),
    reload: 'restart',
    meaning: 'CPU time after which a worker is replaced (RLIMIT_CPU). Empty: no limit.',
    tickStorm: '`processLimits.cpuTimeSeconds`',
  },
  ULIMIT_MAX_STACK_SIZE: {
    default: '',
    value: optionalInteger(2_097_152, GIBIBYTE, 'bytes'),
    reload: 'restart',
    meaning: 'RLIMIT_STACK. Empty: as it is.',
    tickStorm: '`processLimits.stackBytes`',
  },
  ULIMIT_MAX_CORE_SIZE: {
    default: '',
    value: optionalInteger(0, 1_024 * GIBIBYTE, 'bytes'),
    reload: 'restart',
    meaning: 'RLIMIT_CORE. Empty: as it is.',
    tickStorm: '`processLimits.coreBytes`',
  },
} as const satisfies OptionTable;
