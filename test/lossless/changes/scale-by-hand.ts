import { REPLICAS, untilCalm, type Bed } from '../bed.ts';
import type { Change } from '../change.ts';
import { arePodsMoving } from '../operator-kill.ts';

async function scale(bed: Bed, name: string, replicas: number): Promise<void> {
  await bed.kubectl.run(['scale', `tickstorm/${name}`, `--replicas=${replicas}`, `--namespace=${bed.namespace}`]);
  await untilCalm(bed, name, replicas);
}

const MANY = 6;

/** `kubectl scale` of a TickStorm to many pods. */
export const scaleUp: Change = {
  name: `kubectl scale ${REPLICAS} to ${MANY}`,
  isUnderWay: arePodsMoving,
  run: (bed) => scale(bed, bed.services[0]!, MANY),
};

/** And back. */
export const scaleDown: Change = {
  name: `kubectl scale ${MANY} to ${REPLICAS}`,
  isUnderWay: arePodsMoving,
  run: (bed) => scale(bed, bed.services[0]!, REPLICAS),
};
