import type { TickStorm } from '../api/v1alpha1/tick-storm.ts';

/**
 * The TickStorms of a namespace that ask for its shared quota or limit range. One that says nothing asks for it where
 * `takesDefault`, that is unless it would bind the pods of others.
 */
export function sharedMembers(
  tickStorms: readonly TickStorm[],
  feature: 'quota' | 'limitRange',
  takesDefault: boolean,
): TickStorm[] {
  return tickStorms.filter(({ spec }) => {
    const { mode } = spec[feature];
    return mode === undefined ? takesDefault : mode !== 'None';
  });
}
