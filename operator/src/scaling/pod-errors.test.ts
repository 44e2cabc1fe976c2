import { closeReasons, endingOf, isSlowConsumer } from '@tick-storm/server/session/close-reason';
import { describe, expect, it } from '@jest/globals';
import { OVERLOADS } from './pod-errors.ts';

describe('OVERLOADS', () => {
  // The two programs share no code, so each has its list.
  it('has the reasons of the server by which it says that it has too much to carry', () => {
    const { code: rateLimited } = endingOf('server_full');
    const isOverload = (reason: (typeof closeReasons)[number]): boolean =>
      // Failed logins are told with the same code; they say nothing of what a pod has to carry.
      endingOf(reason).code === rateLimited && reason !== 'auth_rate_limited';
    expect(Object.values(OVERLOADS).flat().toSorted()).toEqual(closeReasons.filter(isOverload).toSorted());
    expect(OVERLOADS['clients too slow'].toSorted()).toEqual(closeReasons.filter(isSlowConsumer).toSorted());
  });
});
