import { byteSize, integer } from '../fields.ts';
import type { OptionTable } from '../option.ts';

/** What the resource monitor holds the server to. */
export const resourceOptions = {
  MEMORY_LIMIT: {
    default: '',
    value: byteSize(67_108_864, 1_099_511_627_776),
    reload: 'restart',
    meaning:
      'Memory that the server sizes itself after: bytes, or a number with `Ki`, `Mi` or `Gi`. Empty: the limit of the container (cgroup v1 or v2).',
    tickStorm: '`runtime.memoryLimit`',
  },
  MONITOR_SOFT_PERCENT: {
    default: '80',
    value: integer(1, 100, 'percent'),
    reload: 'restart',
    meaning: 'From this part of a limit on, use is called high; below it a breach is over.',
    tickStorm: '',
  },
  MONITOR_HARD_PERCENT: {
    default: '90',
    value: integer(1, 100, 'percent'),
    reload: 'restart',
    meaning: 'From this part of a limit on (memory, descriptors, lag, delay) new connections are refused.',
    tickStorm: '',
  },
  MAX_EVENT_LOOP_LAG_MS: {
    default: '1000',
    value: integer(10, 60_000, 'milliseconds'),
    reload: 'restart',
    meaning: 'The limit of how late a process may be with its work, for three seconds on end.',
    tickStorm: '',
  },
  MAX_STREAM_DELAY_MS: {
    default: '2000',
    value: integer(100, 60_000, 'milliseconds'),
    reload: 'restart',
    meaning:
      'The limit of how long ticks may be held up because the server cannot write as much as is offered, beyond `BATCH_WINDOW_MS` and for three seconds on end. With the policies `conflate` and `drop` ticks are left out from half of it on.',
    tickStorm: '',
  },
} as const satisfies OptionTable;
