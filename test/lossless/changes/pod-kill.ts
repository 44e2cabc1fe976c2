import { setTimeout as pause } from 'node:timers/promises';
import { isReady, podsOf, untilCalm } from '../bed.ts';
import type { Change } from '../change.ts';
import { killPod } from '../kill-pod.ts';

const INTERVAL_MS = 20_000;

/** SIGKILL of a random pod every 20 seconds. */
export function podKill(times: number): Change {
  return {
    name: `SIGKILL of a random pod, ${times} x`,
    run: async (bed) => {
      for (let count = 0; count < times; count += 1) {
        if (count > 0) await pause(INTERVAL_MS, undefined, { signal: bed.signal });
        const all = (await Promise.all(bed.services.map((name) => podsOf(bed, name)))).flat().filter(isReady);
        const pod = all[Math.floor(Math.random() * all.length)];
        if (pod === undefined) throw new Error('no pod is ready');
        bed.report(`killing ${pod.metadata.name}`);
        await killPod(bed.kubectl, bed.namespace, pod);
      }
      await Promise.all(bed.services.map((name) => untilCalm(bed, name)));
    },
  };
}
