import { untilCalm } from '../bed.ts';
import type { Change } from '../change.ts';
import { arePodsMoving } from '../operator-kill.ts';

/** `kubectl drain` of one of the nodes, through the disruption budgets, and back. */
export const nodeDrain: Change = {
  name: 'kubectl drain of a node',
  isUnderWay: arePodsMoving,
  run: async (bed) => {
    const node = bed.cluster.nodes().at(-1)!.name;
    const options = ['--ignore-daemonsets', '--delete-emptydir-data', '--timeout=240s'];
    try {
      await bed.kubectl.run(['drain', node, ...options]);
      await Promise.all(
        bed.services.map((name) => untilCalm(bed, name, undefined, ({ spec }) => spec.nodeName !== node)),
      );
    } finally {
      await bed.kubectl.run(['uncordon', node]);
    }
  },
};
