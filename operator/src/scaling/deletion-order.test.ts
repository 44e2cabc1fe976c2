import { expect, it } from '@jest/globals';
import { byDeletionOrder } from './deletion-order.ts';

it('is the ReplicaSet’s: unassigned, pending, unready, cheap, then the rest', () => {
  const ready = { isAssigned: true, phase: 'Running', isReady: true, deletionCost: 0 };
  const inOrder = [
    { ...ready, isAssigned: false, phase: 'Pending', isReady: false, deletionCost: 9 },
    { ...ready, phase: 'Pending', isReady: false, deletionCost: 5 },
    { ...ready, phase: 'Unknown' },
    { ...ready, isReady: false, deletionCost: -1 },
    { ...ready, isReady: false },
    { ...ready, deletionCost: -2_147_483_647 },
    { ...ready, deletionCost: -1 },
    ready,
    { ...ready, deletionCost: 7 },
  ];
  expect(inOrder.toReversed().toSorted(byDeletionOrder)).toEqual(inOrder);
});
