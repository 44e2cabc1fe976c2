import { describe, expect, it } from '@jest/globals';
import { controlsOf } from './controls.ts';

describe('the annotations', () => {
  it.each([
    [{}, [], false, 0],
    [{ 'tickstorm.io/paused': 'all' }, ['all'], false, 0],
    [{ 'tickstorm.io/paused': 'scale-in, rollout' }, ['rollout', 'scale-in'], false, 0],
    [{ 'tickstorm.io/paused': 'true' }, [], false, 1],
    [{ 'tickstorm.io/hibernate': 'true' }, [], true, 0],
    [{ 'tickstorm.io/hibernate': 'false' }, [], false, 0],
    [{ 'tickstorm.io/hibernate': 'yes' }, [], false, 1],
  ])('%j', (annotations, paused, isHibernating, problems) => {
    const controls = controlsOf({ annotations });
    expect([...controls.paused]).toEqual(paused);
    expect(controls.isHibernating).toBe(isHibernating);
    expect(controls.problems).toHaveLength(problems);
  });

  it('say what would be right', () => {
    expect(controlsOf({ annotations: { 'tickstorm.io/paused': 'yes' } }).problems).toEqual([
      'annotation tickstorm.io/paused: "yes" is none of all, rollout, scale-in, rebalance',
    ]);
  });
});
