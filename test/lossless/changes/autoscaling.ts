import { waitFor } from '../../cluster/wait.ts';
import { REPLICAS, patch, untilCalm, type Bed } from '../bed.ts';
import type { Change } from '../change.ts';

/** Of the requests: far more than is used, so that only the floor counts. */
const IDLE_UTILIZATION = 1_000;
const LOADED_UTILIZATION = 70;
const PODS = { load: 3, floor: 4, schedule: 5 };
const PATIENCE_MS = 240_000;
/** A schedule that begins sooner than this after it was written is one that begins a minute later. */
const NOTICE_MS = 5_000;
const MINUTE_MS = 60_000;

/** At once in both directions: what is tried is what happens to clients, not how long an autoscaler thinks. */
const PROMPT = {
  scaleUp: { stabilizationWindowSeconds: 0 },
  scaleDown: { stabilizationWindowSeconds: 0, policies: [{ type: 'Percent', value: 100, periodSeconds: 1 }] },
};

/**
 * The autoscaler adds pods for the load that the clients are, then the floor of live clients and a market's hours
 * each ask for one more, and after the close all but the fewest go.
 * @param clients of the TickStorm that is scaled
 */
export function autoscaling(clients: number): readonly Change[] {
  return [
    {
      name: `autoscaler by CPU load, to ${PODS.load}`,
      run: (bed) => autoscaled(bed, PODS.load, { maxReplicas: PODS.load, ...utilization(LOADED_UTILIZATION) }),
    },
    {
      name: `autoscaler by clients, to ${PODS.floor}`,
      run: async (bed) => {
        const connectionsPerPod = Math.floor(clients / (PODS.floor - 0.5));
        const more = { maxReplicas: PODS.floor, connectionsPerPod, ...utilization(IDLE_UTILIZATION) };
        await autoscaled(bed, PODS.floor, more, PODS.floor);
      },
    },
    {
      name: `autoscaler by schedule, to ${PODS.schedule} and ${REPLICAS}`,
      run: async (bed) => {
        const start = new Date(Date.now() + NOTICE_MS + MINUTE_MS);
        const cron = `${start.getUTCMinutes()} ${start.getUTCHours()} * * *`;
        const session = { name: 'session', start: cron, durationMinutes: 1, minReplicas: PODS.schedule };
        const more = { maxReplicas: PODS.schedule, connectionsPerPod: null, schedules: [session] };
        await autoscaled(bed, PODS.schedule, more, PODS.schedule);
        await untilFewest(bed, REPLICAS);
        await untilCalm(bed, bed.services[0]!, REPLICAS);
        await patch(bed, bed.services[0]!, { replicas: REPLICAS, autoscaling: OFF });
        await untilCalm(bed, bed.services[0]!, REPLICAS);
      },
    },
  ];
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

/** @param fewest what the autoscaler is to have as its lower bound, where that is what it scales by */
async function autoscaled(bed: Bed, replicas: number, more: object, fewest?: number): Promise<void> {
  const [name] = bed.services;
  await patch(bed, name!, { autoscaling: { mode: 'Enabled', minReplicas: REPLICAS, behavior: PROMPT, ...more } });
  if (fewest !== undefined) await untilFewest(bed, fewest);
  await untilCalm(bed, name!, replicas);
}

async function untilFewest({ kubectl, namespace, services, signal }: Bed, fewest: number): Promise<void> {
  const autoscaler = ['horizontalpodautoscaler', `${services[0]!}-hpa`, `--namespace=${namespace}`];
  await waitFor(
    async () => (await kubectl.get<{ spec: { minReplicas: number } }>(...autoscaler)).spec.minReplicas === fewest,
    { what: `the autoscaler's lower bound to be ${fewest}`, timeoutMs: PATIENCE_MS, intervalMs: 500, signal },
  );
}
