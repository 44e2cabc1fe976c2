import { setTimeout as pause } from 'node:timers/promises';
import { isReady, podsOfAll, type Bed, type Pod } from './bed.ts';
import type { Change } from './change.ts';
import { killPod } from './kill-pod.ts';

const LOOK_EVERY_MS = 250;

/**
 * The same change, in the middle of which the operator is killed. Where the change itself takes the operator away, with
 * its node, that is its end in the middle.
 * @throws Error when the change was over before the operator was killed
 */
export function withOperatorKilled(change: Change): Change {
  return {
    name: change.name,
    run: async (bed) => {
      const over = new AbortController();
      const [pods, operator] = await Promise.all([podsOfAll(bed), operatorPod(bed)]);
      const killing = killWhen(bed, () => change.isUnderWay?.(bed, pods) ?? true, over.signal);
      const [ran, killed] = await Promise.allSettled([change.run(bed).finally(() => over.abort()), killing]);
      if (ran.status === 'rejected') throw ran.reason;
      if (killed.status === 'rejected') throw killed.reason;
      if (killed.value) return;
      const isAnother = (await operatorPod(bed))?.metadata.uid !== operator?.metadata.uid;
      if (!isAnother) throw new Error(`${change.name} was over before the operator was killed`);
      bed.report('the operator went with its node');
    },
  };
}

/** Pods of a service come, go or cease to be ready. */
export async function arePodsMoving(bed: Bed, before: readonly Pod[]): Promise<boolean> {
  const pods = await podsOfAll(bed);
  const isNew = ({ metadata }: Pod): boolean => before.every((each) => each.metadata.uid !== metadata.uid);
  return pods.length !== before.length || pods.some((pod) => !isReady(pod) || isNew(pod));
}

/** @returns whether an operator was killed before the signal */
async function killWhen(bed: Bed, isUnderWay: () => boolean | Promise<boolean>, over: AbortSignal): Promise<boolean> {
  const { kubectl, operatorNamespace, report } = bed;
  while (!over.aborted) {
    if (await isUnderWay()) {
      const running = await operatorPod(bed);
      if (running !== undefined && !over.aborted) {
        report(`killing the operator ${running.metadata.name}`);
        await killPod(kubectl, operatorNamespace, running);
        return true;
      }
    }
    await pause(LOOK_EVERY_MS);
  }
  return false;
}

async function operatorPod({ kubectl, operatorNamespace }: Bed): Promise<Pod | undefined> {
  const selector = '--selector=app.kubernetes.io/name=tick-storm-operator';
  const { items } = await kubectl.get<{ items: Pod[] }>('pods', selector, `--namespace=${operatorNamespace}`);
  return items.find(({ metadata, status }) => {
    return metadata.deletionTimestamp === undefined && status.containerStatuses?.[0]?.state?.running !== undefined;
  });
}
