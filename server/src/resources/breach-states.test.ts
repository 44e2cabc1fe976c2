import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { MonitorEvent } from './breach-states.ts';
import { BreachStates } from './breach-states.ts';
import type { Resource } from './reading.ts';
import { resources } from './reading.ts';

const thresholds = { softPercent: 80, hardPercent: 90 };

function kinds(states: BreachStates, resource: Resource, percents: readonly number[]): string[][] {
  return percents.map((used) => states.observe([{ resource, used, limit: 100 }]).map(({ kind }) => kind));
}

describe('BreachStates', () => {
  it('tells of high use, of the breach, and of the way back, each once', () => {
    const states = new BreachStates(thresholds);
    expect(kinds(states, 'descriptors', [79, 80, 89, 90, 95, 89, 80, 79, 70])).toEqual([
      [],
      ['high'],
      [],
      ['breach'],
      [],
      [],
      [],
      ['normal', 'all_clear'],
      [],
    ]);
  });

  it('clears a resource that was only high without a word about breaches', () => {
    expect(kinds(new BreachStates(thresholds), 'memory', [85, 10])).toEqual([['high'], ['normal']]);
  });

  it('collects garbage first, then sheds while memory is at the hard threshold, and collects what that left', () => {
    expect(kinds(new BreachStates(thresholds), 'memory', [95, 94, 91, 85, 92, 85, 70, 95])).toEqual([
      ['breach', 'collect_garbage'],
      ['shed'],
      ['shed'],
      [],
      ['shed'],
      ['collect_garbage'],
      ['normal', 'all_clear'],
      ['breach', 'collect_garbage'],
    ]);
    expect(kinds(new BreachStates(thresholds), 'event_loop_lag', [95, 94])).toEqual([['breach'], []]);
  });

  it('is all clear only when the last breach is over', () => {
    const states = new BreachStates(thresholds);
    const reading = (resource: Resource, used: number): { resource: Resource; used: number; limit: number } => ({
      resource,
      used,
      limit: 100,
    });
    states.observe([reading('descriptors', 99), reading('event_loop_lag', 99)]);
    expect(states.observe([reading('descriptors', 1)]).map(({ kind }) => kind)).toEqual(['normal']);
    // Not read: as it was.
    expect(states.refusesConnections).toBe(true);
    expect(states.observe([reading('event_loop_lag', 1)]).map(({ kind }) => kind)).toEqual(['normal', 'all_clear']);
    expect(states.refusesConnections).toBe(false);
  });

  it('does not refuse for the number of connections: that has a bound of its own', () => {
    const states = new BreachStates(thresholds);
    expect(kinds(states, 'connections', [99, 100])).toEqual([['breach'], []]);
    expect(states.refusesConnections).toBe(false);
    expect(states.isBreached('connections')).toBe(true);
  });

  it('keeps its rules in any order of readings', () => {
    const step = fc.record({ resource: fc.constantFrom(...resources), used: fc.integer({ min: 0, max: 130 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const states = new BreachStates(thresholds);
        const breached = new Set<Resource>();
        for (const { resource, used } of steps) {
          const events: MonitorEvent[] = states.observe([{ resource, used, limit: 100 }]);
          const had = breached.size;
          if (used >= 90) breached.add(resource);
          if (used < 80) breached.delete(resource);
          expect(states.isBreached(resource)).toBe(breached.has(resource));
          expect(states.refusesConnections).toBe([...breached].some((each) => each !== 'connections'));
          const told = new Set(events.map(({ kind }) => kind));
          expect(told.has('all_clear')).toBe(had > 0 && breached.size === 0);
          expect(told.has('breach')).toBe(breached.size > had);
          const relieves = told.has('shed') || told.has('collect_garbage');
          if (relieves) expect([resource, breached.has('memory')]).toEqual(['memory', true]);
          if (resource === 'memory' && used >= 90) expect(relieves).toBe(true);
          if (used < 90) expect(told.has('shed')).toBe(false);
        }
      }),
    );
  });
});
