import { describe, expect, it } from '@jest/globals';
import { EventCorrelator } from './event-correlator.ts';
import type { EventNote } from './event-note.ts';

const note = (text: string): EventNote => ({ type: 'Warning', reason: 'Failed', action: 'Reconcile', note: text });

function correlator() {
  const clock = { nowMs: 0 };
  const events = new EventCorrelator(() => clock.nowMs);
  const tell = (uid: string, text: string): string => {
    const result = events.correlate(uid, note(text));
    return result.action === 'drop' ? 'dropped' : `${result.note} #${result.series.count}`;
  };
  return { clock, tell };
}

describe('EventCorrelator', () => {
  it('counts repetitions of an event of one object', () => {
    const { tell } = correlator();
    expect([tell('a', 'x'), tell('a', 'x'), tell('b', 'x'), tell('a', 'y')]).toEqual(['x #1', 'x #2', 'x #1', 'y #1']);
  });

  it('ends a series that was silent for six minutes', () => {
    const { tell, clock } = correlator();
    tell('a', 'x');
    clock.nowMs += 6 * 60_000;
    expect(tell('a', 'x')).toBe('x #2');
    clock.nowMs += 6 * 60_000 + 1;
    expect(tell('a', 'x')).toBe('x #1');
  });

  it('combines events that differ in their text only, after the tenth text', () => {
    const { tell, clock } = correlator();
    const told = Array.from({ length: 13 }, (_, index) => tell('a', `text ${index}`));
    expect(told[9]).toBe('text 9 #1');
    expect(told.slice(10)).toEqual([
      '(combined from similar events): text 10 #1',
      '(combined from similar events): text 11 #2',
      '(combined from similar events): text 12 #3',
    ]);
    expect(tell('a', 'text 0')).toBe('text 0 #2');
    clock.nowMs += 10 * 60_000 + 1;
    expect(tell('a', 'text 20')).toBe('text 20 #1');
  });

  it('lets an object have 25 events, then one every five minutes, whatever was dropped in between', () => {
    const { tell, clock } = correlator();
    const told = Array.from({ length: 40 }, () => tell('a', 'x'));
    expect(told.filter((text) => text === 'dropped')).toHaveLength(15);
    expect(told.slice(0, 25)).not.toContain('dropped');
    expect(tell('b', 'x')).toBe('x #1');
    clock.nowMs += 5 * 60_000;
    expect([tell('a', 'x'), tell('a', 'x')]).toEqual(['x #26', 'dropped']);
  });

  it('forgets the oldest objects, so that it stays small', () => {
    const { tell } = correlator();
    for (let index = 0; index < 25; index += 1) tell('first', 'x');
    expect(tell('first', 'x')).toBe('dropped');
    for (let index = 0; index < 5_000; index += 1) tell(`object-${index}`, 'x');
    expect(tell('first', 'x')).toBe('x #1');
  });
});
