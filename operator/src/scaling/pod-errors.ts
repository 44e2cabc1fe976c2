/** Why servers end or refuse connections when they have too much to carry, by what it is called in an event. */
export const OVERLOADS = {
  'clients too slow': [
    'write_queue_frames',
    'write_queue_bytes',
    'write_queue_age',
    'history_passed',
    'write_deadline',
    'shed',
  ],
  'connections refused': ['server_full', 'resource_breach', 'connection_limit', 'connection_rate', 'user_limit'],
  'logins refused as too many': ['auth_overloaded'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

const KINDS = Object.entries(OVERLOADS);

/** What a pod tells of errors; its counts begin at zero when its container does. */
export interface PodErrors {
  /** Connections that it has ended or refused, by reason. */
  readonly closes: Readonly<Record<string, number>>;
  /** Resources of which it has too little just now. */
  readonly breaches: readonly string[];
}

/** What pods, by uid, told at a moment. */
export interface ErrorMark {
  /** Monotonic, in milliseconds. */
  readonly atMs: number;
  readonly pods: ReadonlyMap<string, PodErrors>;
}

/** Errors between two moments. */
export interface ErrorCount {
  readonly total: number;
  /** How many of which kind, without those that did not happen. */
  readonly kinds: string;
}

function between(before: PodErrors | undefined, now: PodErrors, reason: string): number {
  const count = now.closes[reason] ?? 0;
  // What was there before a pod was first asked is no news.
  const earlier = before === undefined ? count : (before.closes[reason] ?? 0);
  return count < earlier ? count : count - earlier;
}

/** Counts what pods have ended or refused because they had too much to carry. */
export function errorsBetween(before: ErrorMark, now: ErrorMark): ErrorCount {
  const counts = KINDS.map(([kind, reasons]) => {
    let count = 0;
    for (const [uid, errors] of now.pods) {
      for (const reason of reasons) count += between(before.pods.get(uid), errors, reason);
    }
    return { kind, count };
  }).filter(({ count }) => count > 0);
  return {
    total: counts.reduce((sum, { count }) => sum + count, 0),
    kinds: counts.map(({ kind, count }) => `${kind} ${count}`).join(', '),
  };
}
