import { setTimeout as pause } from 'node:timers/promises';
import { clientsOf, isReady, podsOf, untilCalm, type Bed, type Pod } from '../bed.ts';
import type { Change } from '../change.ts';
import { killPod } from '../kill-pod.ts';
import { arePodsMoving } from '../operator-kill.ts';

const INTERVAL_MS = 20_000;

/** SIGKILL of a random pod every 20 seconds, of those that have clients: the loss of another one moves nobody. */
export function podKill(times: number): Change {
  return {
    name: `SIGKILL of a random pod, ${times} x`,
    isUnderWay: arePodsMoving,
    run: async (bed) => {
      for (let kill = 0; kill < times; kill += 1) {
        if (kill > 0) await pause(INTERVAL_MS, undefined, { signal: bed.signal });
        const pods = await podsWithClients(bed);
        const pod = pods[Math.floor(Math.random() * pods.length)];
        if (pod === undefined) throw new Error('no pod is ready and has clients');
        bed.report(`killing ${pod.metadata.name}`);
        const count = await killPod(bed.kubectl, bed.namespace, pod);
        if (count === 0) throw new Error(`no process of pod ${pod.metadata.name} is found`);
      }
      await Promise.all(bed.services.map((name) => untilCalm(bed, name)));
    },
  };
}

async function podsWithClients(bed: Bed): Promise<Pod[]> {
  const pods = (await Promise.all(bed.services.map((name) => podsOf(bed, name)))).flat().filter(isReady);
  const clients = await Promise.all(pods.map((pod) => clientsOf(bed, pod)));
  return pods.filter((_, index) => clients[index]! > 0);
}
