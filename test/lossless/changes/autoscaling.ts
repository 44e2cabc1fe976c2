import { waitFor } from '../../cluster/wait.ts';
import { REPLICAS, patch, untilCalm, type Bed } from '../bed.ts';
import type { Change } from '../change.ts';
import { arePodsMoving } from '../operator-kill.ts';

/** In percent of the requests: more than a pod can use on this machine, so that the fewest pods or the floor are enough. */
export const IDLE_UTILIZATION = 1_000;
/** So little that the clients of the ledger are load for many pods. */
export const LOADED_UTILIZATION = 35;
const MANY = 6;
const PATIENCE_MS = 240_000;
/** A schedule that begins sooner than this after it was written is one that begins a minute later. */
const NOTICE_MS = 5_000;
const MINUTE_MS = 60_000;

/** At once in both directions: what is tried is what happens to clients, not how long an autoscaler thinks. */
const PROMPT = {
  scaleUp: { stabilizationWindowSeconds: 0 },
  scaleDown: { stabilizationWindowSeconds: 0, policies: [{ type: 'Percent', value: 100, periodSeconds: 1 }] },
};

/** What of `spec.autoscaling` makes the number of pods, and takes it back. */
interface Cause {
  readonly name: string;
  /** @param replicas that it is to come to */
  readonly up: (replicas: number) => object;
  readonly down: object;
  /** Whether it raises the autoscaler's lower bound. */
  readonly isFloor: boolean;
}

/**
 * The autoscaler makes the load that the clients are spread over more pods; the floor of live clients and a market's
 * hours ask for as many.
 * @param clients of the TickStorm that is scaled
 * @param extent `whole`: each of them from the fewest to many pods and back; `steps`: each asks for one pod more than
 *   the one before, and at the end all but the fewest go
 */
export function autoscaling(clients: number, extent: 'whole' | 'steps'): readonly Change[] {
  const causes: readonly Cause[] = [
    {
      name: 'CPU load',
      up: () => utilization(LOADED_UTILIZATION),
      down: utilization(IDLE_UTILIZATION),
      isFloor: false,
    },
    {
      name: 'clients',
      up: (replicas) => ({
        connectionsPerPod: Math.floor(clients / (replicas - 0.5)),
        ...utilization(IDLE_UTILIZATION),
      }),
      down: { connectionsPerPod: null },
      isFloor: true,
    },
    {
      name: 'schedule',
      up: (replicas) => ({ schedules: [sessionSoon(replicas)], connectionsPerPod: null }),
      // The session ends by itself.
      down: {},
      isFloor: true,
    },
  ];
  return causes.flatMap((cause, index) => {
    const isLast = index === causes.length - 1;
    const many = extent === 'whole' ? MANY : REPLICAS + 1 + index;
    const rises = rise(cause, many, extent === 'whole' ? REPLICAS : REPLICAS + index);
    return extent === 'whole' || isLast ? [rises, fall(cause, many, isLast)] : [rises];
  });
}

function rise(cause: Cause, many: number, from: number): Change {
  return {
    name: `autoscaler by ${cause.name}, ${from} to ${many}`,
    isUnderWay: arePodsMoving,
    run: async (bed) => {
      const always = { mode: 'Enabled', minReplicas: REPLICAS, maxReplicas: many, behavior: PROMPT };
      await patch(bed, bed.services[0]!, { autoscaling: { ...always, ...cause.up(many) } });
      if (cause.isFloor) await untilFewest(bed, many);
      await untilCalm(bed, bed.services[0]!, many);
    },
  };
}

function fall(cause: Cause, many: number, isLast: boolean): Change {
  return {
    name: `autoscaler by ${cause.name}, ${many} to ${REPLICAS}`,
    isUnderWay: arePodsMoving,
    run: async (bed) => {
      const name = bed.services[0]!;
      await patch(bed, name, { autoscaling: cause.down });
      if (cause.isFloor) await untilFewest(bed, REPLICAS);
      await untilCalm(bed, name, REPLICAS);
      if (!isLast) return;
      await patch(bed, name, { replicas: REPLICAS, autoscaling: OFF });
      await untilCalm(bed, name, REPLICAS);
    },
  };
}

/** A session of a minute, as soon as the operator can know of it. */
function sessionSoon(minReplicas: number): object {
  const start = new Date(Date.now() + NOTICE_MS + MINUTE_MS);
  const cron = `${start.getUTCMinutes()} ${start.getUTCHours()} * * *`;
  return { name: 'session', start: cron, durationMinutes: 1, minReplicas };
}

const OFF = {
  mode: 'Disabled',
  minReplicas: null,
  maxReplicas: null,
  targetCPUUtilizationPercentage: null,
  targetMemoryUtilizationPercentage: null,
  behavior: null,
  schedules: null,
};

function utilization(percent: number): object {
  return { targetCPUUtilizationPercentage: percent, targetMemoryUtilizationPercentage: IDLE_UTILIZATION };
}

/** @param fewest what the autoscaler is to have as its lower bound */
async function untilFewest({ kubectl, namespace, services, signal }: Bed, fewest: number): Promise<void> {
  const autoscaler = ['horizontalpodautoscaler', `${services[0]!}-hpa`, `--namespace=${namespace}`];
  await waitFor(
    async () => (await kubectl.get<{ spec: { minReplicas: number } }>(...autoscaler)).spec.minReplicas === fewest,
    { what: `the autoscaler's lower bound to be ${fewest}`, timeoutMs: PATIENCE_MS, intervalMs: 500, signal },
  );
}
