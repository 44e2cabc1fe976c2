import { setTimeout as pause } from 'node:timers/promises';
import type { Bed, Pod } from './bed.ts';
import type { Change } from './change.ts';
import { killPod } from './kill-pod.ts';

/** So long after the beginning of a change: the operator has begun with it and is not done. */
const AFTER_MS = 2_000;

/** The same change, in the middle of which the operator is killed. */
export function withOperatorKilled(change: Change): Change {
  return {
    name: change.name,
    run: async (bed) => {
      await Promise.all([change.run(bed), killOperator(bed)]);
    },
  };
}

async function killOperator({ kubectl, operatorNamespace, report, signal }: Bed): Promise<void> {
  await pause(AFTER_MS, undefined, { signal });
  const selector = '--selector=app.kubernetes.io/name=tick-storm-operator';
  const { items } = await kubectl.get<{ items: Pod[] }>('pods', selector, `--namespace=${operatorNamespace}`);
  const running = items.find(({ metadata, status }) => {
    return metadata.deletionTimestamp === undefined && status.containerStatuses?.[0]?.containerID !== undefined;
  });
  // A node drain may have moved it just now.
  if (running === undefined) return report('the operator is not running yet: not killed');
  report(`killing the operator ${running.metadata.name}`);
  await killPod(kubectl, operatorNamespace, running);
}
