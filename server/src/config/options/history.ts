import { duration } from '../fields.ts';
import type { OptionTable } from '../option.ts';

/** What of the past clients can have. */
export const historyOptions = {
  HISTORY_WINDOW: {
    default: '5m',
    value: duration(0, 86_400_000),
    reload: 'hot',
    meaning: 'How far back a client may begin (`start_time_ms`) or resume; at most 24 h. 0: only the live stream.',
    tickStorm: '`server.historyWindow`',
  },
} as const satisfies OptionTable;
