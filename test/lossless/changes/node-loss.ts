import { setTimeout as pause } from 'node:timers/promises';
import { untilCalm } from '../bed.ts';
import type { Change } from '../change.ts';

/** Longer than the silence after which the clients of the ledger give a server up. */
const AWAY_MS = 15_000;

/** One of the nodes is gone at once, as by a power failure: no socket is closed, and nobody says so. Then it is back. */
export function nodeLoss(): Change {
  let isLost = false;
  return {
    name: 'loss of a node, and its return',
    isUnderWay: () => Promise.resolve(isLost),
    run: async (bed) => {
      const node = bed.cluster.nodes().at(-1)!.name;
      await bed.cluster.killNode(node);
      isLost = true;
      try {
        await pause(AWAY_MS, undefined, { signal: bed.signal });
      } finally {
        await bed.cluster.startNode(node, bed.report);
      }
      await Promise.all(bed.services.map((name) => untilCalm(bed, name)));
    },
  };
}
