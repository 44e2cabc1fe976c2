import { REPLICAS, untilCalm, type Bed } from '../bed.ts';
import type { Change } from '../change.ts';

async function scale(bed: Bed, name: string, replicas: number): Promise<void> {
  await bed.kubectl.run(['scale', `tickstorm/${name}`, `--replicas=${replicas}`, `--namespace=${bed.namespace}`]);
  await untilCalm(bed, name, replicas);
}

/** `kubectl scale` of a TickStorm up to 6 pods, and back. */
export const scaleByHand: readonly Change[] = [
  {
    name: 'kubectl scale 2 to 6',
    run: (bed) => scale(bed, bed.services[0]!, 6),
  },
  {
    name: 'kubectl scale 6 to 2',
    run: (bed) => scale(bed, bed.services[0]!, REPLICAS),
  },
];
