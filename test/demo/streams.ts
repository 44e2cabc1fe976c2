import { connect } from '@tick-storm/client';
import type { Tick, TickStormClient } from '@tick-storm/client';
import { waitFor } from '../cluster/wait.ts';
import type { RunningService } from './service.ts';

/** A tick and who sent it. */
export interface PodTick {
  readonly pod: string;
  readonly tick: Tick;
}

/** One client on each pod of a service. */
export interface Streams {
  readonly pods: readonly string[];
  /** Calls back for every live tick (not for snapshots) until closed; rejects when a client fails for good. */
  readonly each: (onTick: (tick: PodTick) => void) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** How long the last pod may take to get into the load balancer's rotation after it is ready. */
const allPodsTimeoutMs = 30_000;
/** Between attempts: the load balancer chooses the pod, so some connections land on one that has a client already. */
const attemptIntervalMs = 25;

/** Connects until every pod of the service serves one client. */
export async function openStreams(
  service: Pick<RunningService, 'address' | 'credentials' | 'pods'>,
  signal?: AbortSignal,
): Promise<Streams> {
  const clients = new Map<string, TickStormClient>();
  const closeAll = async (): Promise<void> => {
    await Promise.all([...clients.values()].map((client) => client.close()));
  };
  const reachAnother = async (): Promise<boolean> => {
    const client = connect({
      address: service.address,
      ...service.credentials,
      clientId: 'demo',
      ...(signal && { signal }),
    });
    const { instance = service.address } = await client.ready();
    if (clients.has(instance)) await client.close();
    else clients.set(instance, client);
    return clients.size >= service.pods;
  };
  try {
    await waitFor(reachAnother, {
      what: `a connection to each of ${service.pods} pods through ${service.address}`,
      timeoutMs: allPodsTimeoutMs,
      intervalMs: attemptIntervalMs,
      signal,
    });
  } catch (error) {
    await closeAll();
    throw error;
  }
  return {
    pods: [...clients.keys()],
    each: async (onTick) => {
      await Promise.all([...clients].map(([pod, client]) => follow(pod, client, onTick)));
    },
    close: closeAll,
  };
}

async function follow(pod: string, client: TickStormClient, onTick: (tick: PodTick) => void): Promise<void> {
  for await (const tick of client.subscribe()) {
    // After a reconnect another pod may serve this client.
    if (!tick.isSnapshot) onTick({ pod: client.server?.instance ?? pod, tick });
  }
}
