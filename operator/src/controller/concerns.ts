import { controlsOf } from '../api/v1alpha1/controls.ts';
import type { KubeObject } from '../runtime/kube-object.ts';
import type { ObjectChange } from '../runtime/reflector.ts';

/** Whom a change of a TickStorm concerns beside itself. */
export interface Concerns {
  /** The objects that it shares with the other TickStorms of its namespace. */
  readonly shared: boolean;
  /** Those others: what it may come to take of the namespace's quotas they reckon with. */
  readonly neighbours: boolean;
}

/** Whether it holds back everything, and so what it shares. */
const isPaused = (tickStorm: KubeObject | undefined): boolean =>
  tickStorm !== undefined && controlsOf(tickStorm.metadata).paused.has('all');

/** Reads from a change of a TickStorm whom it concerns. The status, which we write ourselves, concerns no one else. */
export function concernsOf({ type, object, previous }: ObjectChange): Concerns {
  const { generation, deletionTimestamp } = object.metadata;
  const isDeclaredAnew = type !== 'updated' || generation !== previous?.metadata.generation;
  return {
    shared: isDeclaredAnew || deletionTimestamp !== undefined || isPaused(object) !== isPaused(previous),
    // A resync tells nothing new.
    neighbours: isDeclaredAnew && type !== 'resync',
  };
}
