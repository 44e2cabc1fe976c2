import { expect, it } from '@jest/globals';
import { connectionFloor } from './connection-floor.ts';

it.each([
  [0, 1, 0],
  [1, 1, 1],
  [100, 1, 1],
  [101, 1, 2],
  [1_050, 2, 11],
  // A pod fewer would do, just so.
  [195, 3, 3],
  [181, 3, 3],
  [180, 3, 2],
  [0, 9, 0],
  [95, 9, 2],
])('%d clients at 100 a pod, after %d pods, need %d', (connections, before, floor) => {
  expect(connectionFloor(connections, 100, before)).toBe(floor);
});
