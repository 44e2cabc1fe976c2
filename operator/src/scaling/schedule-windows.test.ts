import { describe, expect, it } from '@jest/globals';
import type { Schedule } from '../api/v1alpha1/schedule.ts';
import { scheduleWindows } from './schedule-windows.ts';

const market: Schedule = {
  name: 'open',
  start: '30 9 * * MON-FRI',
  end: '0 16 * * MON-FRI',
  timeZone: 'America/New_York',
  minReplicas: 6,
  preWarmMinutes: 15,
  holidays: ['2026-01-01'],
};
const lasting = (schedule: Partial<Schedule>): Schedule => ({ ...market, ...schedule, end: undefined });

const at = (schedule: Schedule, time: string): string => {
  const { isActive, nextEdgeMs } = scheduleWindows(schedule, Date.parse(time));
  return `${isActive ? 'on' : 'off'}, next ${nextEdgeMs === undefined ? 'never' : new Date(nextEdgeMs).toISOString()}`;
};

describe('a market’s schedule', () => {
  it.each([
    ['before the pre-warming', '2026-01-05T14:14:59.999Z', 'off, next 2026-01-05T14:15:00.000Z'],
    ['when the pre-warming begins', '2026-01-05T14:15:00.000Z', 'on, next 2026-01-05T21:00:00.000Z'],
    ['while it is open', '2026-01-05T18:00:00.000Z', 'on, next 2026-01-05T21:00:00.000Z'],
    ['just before the close', '2026-01-05T20:59:59.999Z', 'on, next 2026-01-05T21:00:00.000Z'],
    ['at the close', '2026-01-05T21:00:00.000Z', 'off, next 2026-01-06T14:15:00.000Z'],
    ['on Saturday', '2026-01-10T15:00:00.000Z', 'off, next 2026-01-12T14:15:00.000Z'],
    ['on a holiday', '2026-01-01T15:00:00.000Z', 'off, next 2026-01-02T14:15:00.000Z'],
    ['in the evening before a holiday in UTC', '2026-01-01T00:30:00.000Z', 'off, next 2026-01-01T14:15:00.000Z'],
    ['after the clocks went forward', '2026-03-09T13:15:00.000Z', 'on, next 2026-03-09T20:00:00.000Z'],
    ['an hour too early by the clocks of before', '2026-11-02T13:15:00.000Z', 'off, next 2026-11-02T14:15:00.000Z'],
    ['after the clocks went back', '2026-11-02T14:15:00.000Z', 'on, next 2026-11-02T21:00:00.000Z'],
  ])('%s', (_, time, expected) => {
    expect(at(market, time)).toBe(expected);
  });

  it('lasts over the night of the clocks as long as it says', () => {
    const night = lasting({ start: '0 22 * * SAT', durationMinutes: 600, preWarmMinutes: 0 });
    expect(at(night, '2026-03-08T03:00:00Z')).toBe('on, next 2026-03-08T13:00:00.000Z');
    // By the clock it ends an hour earlier.
    expect(at({ ...night, durationMinutes: undefined, end: '0 8 * * SUN' }, '2026-03-08T03:00:00Z')).toBe(
      'on, next 2026-03-08T12:00:00.000Z',
    );
  });

  it.each([
    [
      'a start in the hour that is left out',
      '30 2 * * *',
      '2026-03-08T06:59:00Z',
      'off, next 2026-03-08T07:00:00.000Z',
    ],
    [
      'a start in the hour that comes twice',
      '30 1 * * *',
      '2026-11-01T05:29:00Z',
      'off, next 2026-11-01T05:30:00.000Z',
    ],
    ['and not again in its second coming', '30 1 * * *', '2026-11-01T06:29:00Z', 'off, next 2026-11-02T06:30:00.000Z'],
  ])('%s', (_, start, time, expected) => {
    expect(at(lasting({ start, durationMinutes: 10, preWarmMinutes: 0 }), time)).toBe(expected);
  });

  it('that goes on over days is not ended by a holiday on which it does not start', () => {
    const week = { ...market, start: '0 9 * * MON-FRI', end: '0 17 * * FRI', holidays: ['2026-01-07'] };
    expect(at(week, '2026-01-07T18:00:00Z')).toBe('on, next 2026-01-08T13:45:00.000Z');
    expect(at({ ...week, holidays: ['2026-01-05'] }, '2026-01-05T18:00:00Z')).toBe(
      'off, next 2026-01-06T13:45:00.000Z',
    );
  });
});

describe('a schedule that cannot be understood', () => {
  it.each<[Partial<Schedule>, string]>([
    [{ start: '61 9 * * *' }, 'start "61 9 * * *" is no cron expression: Invalid value for minute: 61'],
    [{ end: '0 16 * * FUN' }, 'end "0 16 * * FUN" is no cron expression'],
    [{ timeZone: 'Mars/Base' }, 'timeZone "Mars/Base" is no IANA time zone such as America/New_York'],
    [{ holidays: ['2026-02-30'] }, 'holidays has "2026-02-30", which is no day'],
    [{ start: '0 0 30 2 *' }, 'start "0 0 30 2 *" never comes'],
    [{ end: '0 0 1 1 *' }, 'end "0 0 1 1 *" comes more than a week after start'],
    [{ start: '*/5 * * * *' }, 'start comes more than 200 times a week'],
  ])('%j', (change, message) => {
    expect(() => scheduleWindows({ ...market, ...change }, Date.parse('2026-01-06T00:00:00Z'))).toThrow(message);
  });
});
