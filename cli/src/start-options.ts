import { UsageError } from './usage-error.ts';

const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/**
 * Reads `--from EPOCH:SEQUENCE`, as `tick sub` prints it at its end.
 * @throws UsageError
 */
export function parseFrom(text: string): { epoch: string; sequence: number } {
  const match = /^(.+):(\d{1,15})$/.exec(text);
  if (!match) throw new UsageError(`--from ${text}: EPOCH:SEQUENCE is needed, as an earlier run printed it at its end`);
  return { epoch: match[1]!, sequence: Number(match[2]) };
}

/**
 * Reads `--since`: how long ago (`90s`, `5m`), or a time (`2026-01-31T09:30:00Z`).
 * @param nowMs unix ms
 * @returns unix ms
 * @throws UsageError
 */
export function parseSince(text: string, nowMs: number): number {
  const ago = /^(\d{1,9})(ms|s|m|h)$/.exec(text);
  if (ago) return nowMs - Number(ago[1]) * UNITS_MS[ago[2]!]!;
  const timeMs = /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(timeMs)) {
    throw new UsageError(`--since ${text}: how long ago (90s, 5m, 1h) or a time with its zone (2026-01-31T09:30:00Z)`);
  }
  return timeMs;
}
