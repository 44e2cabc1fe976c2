import { Cron } from 'croner';
import type { Schedule } from '../api/v1alpha1/schedule.ts';

const MINUTE_MS = 60_000;
const WEEK_MS = 7 * 24 * 60 * MINUTE_MS;
/** Starts within a week; more is a mistake such as `* * * * *`. */
const MOST_STARTS = 200;

/** How a schedule stands at a moment. */
export interface ScheduleWindows {
  readonly isActive: boolean;
  /** Unix milliseconds at which that may change; undefined when it never does. */
  readonly nextEdgeMs: number | undefined;
}

function parse(field: string, expression: string, timezone: string): Cron {
  try {
    return new Cron(expression, { timezone, mode: '5-part' });
  } catch (error) {
    const why = (error instanceof Error ? error.message : String(error)).replace(/^CronPattern: /, '');
    throw new Error(`${field} "${expression}" is no cron expression: ${why}`, { cause: error });
  }
}

/** Writes days as YYYY-MM-DD, as they are in a time zone. */
function dayFormat(timeZone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
  } catch (error) {
    throw new Error(`timeZone "${timeZone}" is no IANA time zone such as America/New_York`, { cause: error });
  }
}

function isDay(text: string): boolean {
  const ms = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text);
}

/**
 * Works out whether a schedule is active: from preWarmMinutes before a start that is on no holiday until its end.
 * Times are those of the time zone's clocks, so that an opening at 9:30 stays there when the clocks change.
 * @throws Error that names what of the schedule cannot be understood
 */
export function scheduleWindows(schedule: Schedule, nowMs: number): ScheduleWindows {
  const { timeZone, preWarmMinutes } = schedule;
  const days = dayFormat(timeZone);
  const wrongDay = schedule.holidays.find((day) => !isDay(day));
  if (wrongDay !== undefined) throw new Error(`holidays has "${wrongDay}", which is no day`);
  const starts = parse('start', schedule.start, timeZone);
  const end = endOf(schedule);
  const warmMs = preWarmMinutes * MINUTE_MS;
  const next = starts.nextRun(new Date(nowMs + warmMs));
  if (next === null) throw new Error(`start "${schedule.start}" never comes`);
  end(next);
  const edges = [next.getTime() - warmMs];
  let isActive = false;
  for (const start of startsBefore(starts, nowMs + warmMs, nowMs - WEEK_MS)) {
    const endMs = end(start);
    if (endMs <= nowMs || schedule.holidays.includes(days.format(start))) continue;
    isActive = true;
    edges.push(endMs);
  }
  const ahead = edges.filter((edgeMs) => edgeMs > nowMs);
  return { isActive, nextEdgeMs: ahead.length === 0 ? undefined : Math.min(...ahead) };
}

/** When what has begun at a start ends, in Unix milliseconds. */
function endOf({ end, durationMinutes, timeZone }: Schedule): (start: Date) => number {
  if (end === undefined) return (start) => start.getTime() + (durationMinutes ?? 0) * MINUTE_MS;
  const ends = parse('end', end, timeZone);
  return (start) => {
    const ms = ends.nextRun(start)?.getTime() ?? Number.POSITIVE_INFINITY;
    if (ms - start.getTime() > WEEK_MS) throw new Error(`end "${end}" comes more than a week after start`);
    return ms;
  };
}

/** The starts from a moment on (exclusive) back to another one, the newest first. */
function startsBefore(starts: Cron, fromMs: number, toMs: number): Date[] {
  // Whole seconds: a start that is just now counts.
  let [start] = starts.previousRuns(1, new Date(Math.floor(fromMs / 1_000) * 1_000 + 1_000));
  const found: Date[] = [];
  while (start !== undefined && start.getTime() >= toMs) {
    found.push(start);
    if (found.length > MOST_STARTS) throw new Error(`start comes more than ${MOST_STARTS} times a week`);
    [start] = starts.previousRuns(1, start);
  }
  return found;
}
