import { byteSize } from '../fields.ts';
import type { OptionTable } from '../option.ts';

/** What the resource monitor holds the server to. */
export const resourceOptions = {
  MEMORY_LIMIT: {
    default: '',
    value: byteSize(67_108_864, 1_099_511_627_776),
    reload: 'restart',
    meaning:
      'Memory that the server sizes itself after: bytes, or a number with `Ki`, `Mi` or `Gi`. Empty: the limit of the container (cgroup v1 or v2).',
    tickStorm: '',
  },
} as const satisfies OptionTable;
