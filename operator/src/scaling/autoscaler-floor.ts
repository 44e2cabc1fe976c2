import type { TickStormSpec } from '../api/v1alpha1/spec.ts';
import { connectionFloor } from './connection-floor.ts';
import { scheduleWindows } from './schedule-windows.ts';

/** Clients of all pods, as they were counted last. */
export interface Load {
  readonly connections: number;
  /** Whether every pod that runs has answered lately: else there may be more. */
  readonly isComplete: boolean;
}

export interface FloorQuestion {
  readonly autoscaling: TickStormSpec['autoscaling'];
  /** Most pods that the autoscaler may ask for. */
  readonly most: number;
  readonly load: Load | undefined;
  /** The pods that the clients were found to need before; undefined when that is not known. */
  readonly before: number | undefined;
  readonly nowMs: number;
}

/** The fewest pods that the autoscaler is to keep, and why. */
export interface AutoscalerFloor {
  readonly replicas: number;
  /** Pods that the clients need, as far as is known: what to remember for the next time. */
  readonly connected: number;
  readonly because: 'minReplicas' | 'connections' | 'schedule';
  /** Names of the schedules that are active. */
  readonly active: readonly string[];
  /** Unix milliseconds at which a schedule may change it. */
  readonly nextEdgeMs: number | undefined;
  /** What of the schedules cannot be understood: they are left out. */
  readonly problems: readonly string[];
}

/** Works out the fewest pods: those declared, those that the clients need, those of the schedules that are active. */
export function autoscalerFloor({ autoscaling, most, load, before, nowMs }: FloorQuestion): AutoscalerFloor {
  const { minReplicas, connectionsPerPod, schedules } = autoscaling;
  const active: string[] = [];
  const edges: number[] = [];
  const problems: string[] = [];
  let scheduled = 0;
  for (const schedule of schedules) {
    try {
      const { isActive, nextEdgeMs } = scheduleWindows(schedule, nowMs);
      if (nextEdgeMs !== undefined) edges.push(nextEdgeMs);
      if (!isActive) continue;
      active.push(schedule.name);
      scheduled = Math.max(scheduled, schedule.minReplicas);
    } catch (error) {
      problems.push(`schedule ${schedule.name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  const connected = connectionsPerPod === undefined ? 0 : byConnections(connectionsPerPod, load, before ?? 0);
  const highest = Math.max(minReplicas, scheduled, connected);
  let because: AutoscalerFloor['because'] = 'minReplicas';
  if (highest > minReplicas) because = scheduled >= connected ? 'schedule' : 'connections';
  const replicas = Math.max(Math.min(highest, most), minReplicas);
  const nextEdgeMs = edges.length === 0 ? undefined : Math.min(...edges);
  return { replicas, connected, because, active, nextEdgeMs, problems };
}

/** While not all pods have been heard of, it may rise but not fall. What else raised the floor is none of its business. */
function byConnections(connectionsPerPod: number, load: Load | undefined, before: number): number {
  if (load === undefined) return before;
  const floor = connectionFloor(load.connections, connectionsPerPod, before);
  return load.isComplete ? floor : Math.max(floor, before);
}
