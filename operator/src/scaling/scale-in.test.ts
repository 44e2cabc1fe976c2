import { describe, expect, it } from '@jest/globals';
import type { ScalablePod } from './scalable-pod.ts';
import { decideScaleIn } from './scale-in.ts';
import type { ScaleInQuestion } from './scale-in-question.ts';

let created = 0;
function pod(name: string, fields: Partial<ScalablePod> = {}): ScalablePod {
  created += 1;
  return {
    name,
    uid: name,
    templateHash: 'new',
    address: '10.0.0.1',
    phase: 'Running',
    isAssigned: true,
    isReady: true,
    deletionCost: 0,
    createdMs: created,
    drainStartedMs: undefined,
    killedAtMs: undefined,
    drain: undefined,
    connections: 0,
    ...fields,
  };
}
const serving = (name: string, connections: number | undefined): ScalablePod => pod(name, { connections });
const draining = (name: string, isReady = false): ScalablePod =>
  pod(name, { drain: 'under way', deletionCost: -1, isReady, connections: 3 });
const drained = (name: string, isReady = false): ScalablePod =>
  pod(name, { drain: 'over', deletionCost: -1, isReady, connections: 0 });
const old = (name: string): ScalablePod => pod(name, { templateHash: 'old' });
const drainedOld = (name: string): ScalablePod => ({ ...drained(name), templateHash: 'old' });
const unready = (name: string): ScalablePod => pod(name, { isReady: false });
const pending = (name: string): ScalablePod => pod(name, { isReady: false, phase: 'Pending', isAssigned: false });

type Case = [
  string,
  Pick<ScaleInQuestion, 'current' | 'wanted' | 'pods'> & Partial<ScaleInQuestion>,
  number,
  string[],
  string[],
];

describe('decideScaleIn', () => {
  it.each<Case>([
    [
      'drains the pod with the fewest clients',
      { current: 3, wanted: 2, pods: [serving('a', 7), serving('b', 2), serving('c', 5)] },
      3,
      ['b'],
      [],
    ],
    [
      'drains no more at once than there are slots',
      { current: 3, wanted: 1, pods: [serving('a', 7), serving('b', 2), serving('c', 5)] },
      3,
      ['b'],
      [],
    ],
    [
      'drains several where there are slots',
      { current: 3, wanted: 1, freeSlots: 2, pods: [serving('a', 7), serving('b', 2), serving('c', 5)] },
      3,
      ['b', 'c'],
      [],
    ],
    [
      'of equals drains the youngest, and last whose clients are not known',
      {
        current: 4,
        wanted: 2,
        freeSlots: 2,
        pods: [serving('?', undefined), serving('old', 1), serving('young', 1), serving('full', 9)],
      },
      4,
      ['young', 'old'],
      [],
    ],
    [
      'waits while a pod drains',
      { current: 2, wanted: 1, freeSlots: 0, pods: [serving('a', 7), draining('b')] },
      2,
      [],
      [],
    ],
    ['lets a drained pod go', { current: 2, wanted: 1, pods: [serving('a', 7), drained('b')] }, 1, [], []],
    [
      'lets a drained pod go that the kubelet still calls ready, for its cost is least',
      { current: 2, wanted: 1, pods: [serving('a', 7), drained('b', true)] },
      1,
      [],
      [],
    ],
    [
      'lets none go while the ReplicaSet would take one that still drains',
      { current: 3, wanted: 1, freeSlots: 0, pods: [draining('a'), drained('b', true), serving('c', 1)] },
      3,
      [],
      [],
    ],
    [
      'lets none go that the ReplicaSet cannot tell from one that still drains',
      { current: 3, wanted: 1, freeSlots: 0, pods: [drained('b'), draining('a'), serving('c', 1)] },
      3,
      [],
      [],
    ],
    [
      'lets pods go that have no node or are not ready, and drains none for them',
      { current: 4, wanted: 2, pods: [serving('a', 1), serving('b', 1), pending('c'), unready('d')] },
      2,
      [],
      [],
    ],
    [
      'counts them before those with clients',
      { current: 3, wanted: 1, pods: [serving('a', 4), serving('b', 1), unready('c')] },
      2,
      ['b'],
      [],
    ],
    [
      'does not give up unready pods for one that still drains before them',
      { current: 3, wanted: 1, freeSlots: 0, pods: [serving('a', 4), draining('b'), unready('c')] },
      3,
      [],
      [],
    ],
    ['gives up pods that do not exist', { current: 5, wanted: 2, pods: [serving('a', 1), serving('b', 1)] }, 2, [], []],
    [
      'leaves what the ReplicaSet is about to delete out of account',
      { current: 2, wanted: 1, pods: [drained('gone'), serving('a', 1), serving('b', 9)] },
      2,
      ['a'],
      [],
    ],
    [
      'goes up at once, and takes the drained back',
      { current: 2, wanted: 4, pods: [drained('a'), serving('b', 1)] },
      4,
      [],
      ['a'],
    ],
    [
      'takes the fullest back when one of two is wanted again, and lets none go until it serves',
      {
        current: 3,
        wanted: 2,
        pods: [drained('a'), pod('b', { drain: 'over', deletionCost: -1, connections: 8 }), serving('c', 1)],
      },
      3,
      [],
      ['b'],
    ],
    [
      'touches nothing in the middle of a rollout',
      { current: 3, wanted: 1, rollout: 'under way', pods: [serving('a', 1), drained('b'), serving('c', 1)] },
      3,
      [],
      [],
    ],
    [
      'takes a pod back in the middle of a rollout',
      { current: 2, wanted: 2, rollout: 'under way', pods: [serving('a', 1), drained('b')] },
      2,
      [],
      ['b'],
    ],
    [
      'takes the drained pods of the new template back when a rollout that was held waits for nothing else',
      {
        current: 3,
        wanted: 1,
        rollout: 'under way',
        pods: [drainedOld('a'), serving('b', 1), drained('c'), draining('d')],
      },
      3,
      [],
      ['c', 'd'],
    ],
    [
      'takes none back while another pod of the new template has yet to come up: it may be crashing',
      { current: 2, wanted: 1, rollout: 'under way', pods: [old('a'), drained('b'), unready('c')] },
      2,
      [],
      [],
    ],
    [
      'takes none back before the Deployment controller has looked',
      { current: 2, wanted: 1, rollout: 'unknown', pods: [old('a'), serving('b', 1), drained('c')] },
      2,
      [],
      [],
    ],
    [
      'waits for the last one that drains when none is to be left in a rollout that holds',
      { current: 2, wanted: 0, rollout: 'held', pods: [pending('a'), draining('b')] },
      2,
      [],
      [],
    ],
    [
      'comes down in the middle of a rollout when no pod serves anybody',
      { current: 3, wanted: 1, rollout: 'under way', pods: [unready('a'), pending('b'), unready('c')] },
      1,
      [],
      [],
    ],
    ['does nothing when all is as wanted', { current: 1, wanted: 1, pods: [serving('a', 1)] }, 1, [], []],
  ])('%s', (_, question, replicas, drain, release) => {
    const decision = decideScaleIn({
      freeSlots: 1,
      rollout: 'none',
      surge: 1,
      unavailable: 0,
      hasMissingPods: false,
      ...question,
    });
    expect(decision.replicas).toBe(replicas);
    expect(decision.drain.map(({ name }) => name)).toEqual(drain);
    expect(decision.release.map(({ name }) => name)).toEqual(release);
  });
});
