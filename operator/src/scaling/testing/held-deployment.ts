import { byDeletionOrder } from '../deletion-order.ts';
import type { ScalablePod } from '../scalable-pod.ts';
import type { RolloutState } from '../scale-in-question.ts';

interface Start {
  /** Pods of the template before, all ready. */
  readonly old: number;
  /** Pods of the new template that came up. */
  readonly fresh: number;
  readonly surge: number;
  readonly unavailable: number;
  /** Pods of the new template that do not come up: as many as the rollout may have, by default. */
  readonly stuck?: number;
}

interface Sized {
  readonly hash: 'old' | 'new';
  size: number;
}

/**
 * A Deployment in the middle of a rollout that does not get on until its pods come up, with what its controllers do, as
 * in k8s.io/kubernetes/pkg/controller: the Deployment shares a smaller number out over its ReplicaSets (`scale`), cleans
 * up old pods that are not ready as far as it may, and each ReplicaSet deletes pods in its order.
 */
export class HeldDeployment {
  replicas: number;
  readonly surge: number;
  readonly unavailable: number;
  readonly deleted: ScalablePod[] = [];
  readonly #sets: readonly [old: Sized, fresh: Sized];
  #pods: ScalablePod[];
  #turns = 0;
  /** What the ReplicaSets were told at the last scaling. */
  #shared: number;
  #comesUp = false;

  constructor({ old, fresh, surge, unavailable, stuck = surge + unavailable }: Start) {
    const made = [
      ...Array.from({ length: old }, (_, index) => this.#make('old', index, true)),
      ...Array.from({ length: fresh }, (_, index) => this.#make('new', index, true)),
      ...Array.from({ length: stuck }, (_, index) => this.#make('new', fresh + index, false)),
    ];
    this.#pods = made;
    this.surge = surge;
    this.unavailable = unavailable;
    this.replicas = made.length - surge;
    this.#shared = this.replicas;
    this.#sets = [
      { hash: 'old', size: old },
      { hash: 'new', size: fresh + stuck },
    ];
  }

  get pods(): readonly ScalablePod[] {
    return this.#pods;
  }

  get serving(): readonly ScalablePod[] {
    return this.#pods.filter(({ isReady, drain }) => isReady && drain === undefined);
  }

  count(state: ScalablePod['drain']): number {
    return this.#pods.filter(({ drain }) => drain === state).length;
  }

  /** Whether the Deployment controller has seen the number. */
  get isObserved(): boolean {
    return this.replicas === this.#shared;
  }

  get rollout(): RolloutState {
    if (!this.isObserved) return 'unknown';
    if (!this.#comesUp) return 'held';
    return this.#of('old').length > 0 ? 'under way' : 'none';
  }

  /** From now on pods of the new template do, as when a node has come. */
  comeUp(): void {
    this.#comesUp = true;
    for (const { name, isReady, drain } of this.#pods) {
      if (!isReady && drain === undefined) this.#change(name, { isReady: true });
    }
  }

  beginDrain(name: string): void {
    this.#change(name, { drain: 'under way', isReady: false, deletionCost: -1_000 + (this.#turns += 1) });
  }

  endDrain(name: string): void {
    this.#change(name, { drain: 'over' });
  }

  release(name: string): void {
    this.#change(name, { drain: undefined, isReady: true, deletionCost: 0 });
  }

  setClients(name: string, connections: number): void {
    this.#change(name, { connections });
  }

  /** What the Deployment controller does. */
  shareOut(): void {
    if (!this.isObserved) this.#share();
    else if (this.#comesUp) this.#rollOut();
    else this.#cleanUp();
  }

  /** What the ReplicaSet controller does. */
  reconcilePods(): void {
    for (const { hash, size } of this.#sets) {
      const pods = this.#of(hash).toSorted(byDeletionOrder);
      for (let index = pods.length; index < size; index++) {
        this.#pods.push(this.#make(hash, 100 + (this.#turns += 1), hash === 'old' || this.#comesUp));
      }
      for (const pod of pods.slice(0, Math.max(pods.length - size, 0))) {
        this.deleted.push(pod);
        this.#pods = this.#pods.filter(({ name }) => name !== pod.name);
      }
    }
  }

  #share(): void {
    const active = this.#sets.filter(({ size }) => size > 0).toSorted((a, b) => b.size - a.size);
    const before = this.#shared + this.surge;
    this.#shared = this.replicas;
    // The only one with pods has as many as the Deployment, whichever way that is.
    if (active.length === 1) {
      active[0]!.size = this.replicas;
      return;
    }
    const allowed = this.replicas === 0 ? 0 : this.replicas + this.surge;
    const toAdd = allowed - active.reduce((sum, { size }) => sum + size, 0);
    let added = 0;
    const shares = active.map(({ size }) => {
      const fraction = this.replicas === 0 ? -size : Math.floor((size * allowed) / before + 0.5) - size;
      const left = toAdd - added;
      const share = left > 0 ? Math.min(fraction, left) : Math.max(fraction, left);
      added += share;
      return share;
    });
    for (const [index, set] of active.entries()) {
      const leftover = index === 0 ? toAdd - added : 0;
      set.size = Math.max(set.size + shares[index]! + leftover, 0);
    }
  }

  /** Old pods that are not available, as far as enough are; the new ReplicaSet makes up for them. */
  #cleanUp(): void {
    const [old, fresh] = this.#sets;
    old.size -= Math.max(Math.min(this.#mostToTake(), this.#unavailableOf(old)), 0);
    const room = this.replicas + this.surge - old.size - fresh.size;
    if (this.replicas > 0) fresh.size += Math.max(room, 0);
  }

  /** As `rolloutRolling`: new pods as far as there may be more, old ones away as far as enough are available. */
  #rollOut(): void {
    const [old, fresh] = this.#sets;
    const room = Math.max(this.replicas + this.surge - old.size - fresh.size, 0);
    fresh.size = Math.min(fresh.size + room, this.replicas);
    const most = this.#mostToTake();
    if (most <= 0) return;
    old.size -= Math.min(most, this.#unavailableOf(old));
    const available = this.#pods.filter(({ isReady }) => isReady).length;
    old.size -= Math.min(Math.max(available - (this.replicas - this.unavailable), 0), old.size);
  }

  /** Old pods that may go without fewer being left than must be available, were the old ones all so. */
  #mostToTake(): number {
    const [old, fresh] = this.#sets;
    return old.size + fresh.size - (this.replicas - this.unavailable) - this.#unavailableOf(fresh);
  }

  #unavailableOf({ hash, size }: Sized): number {
    return Math.max(size - this.#of(hash).filter(({ isReady }) => isReady).length, 0);
  }

  #of(hash: string): ScalablePod[] {
    return this.#pods.filter(({ templateHash }) => templateHash === hash);
  }

  #change(name: string, fields: Partial<ScalablePod>): void {
    this.#pods = this.#pods.map((pod) => (pod.name === name ? { ...pod, ...fields } : pod));
  }

  #make(templateHash: 'old' | 'new', index: number, isReady: boolean): ScalablePod {
    const name = `${templateHash}-${index}`;
    return {
      name,
      uid: name,
      templateHash,
      address: '10.0.0.1',
      phase: 'Running',
      isAssigned: true,
      isReady,
      deletionCost: 0,
      createdMs: templateHash === 'old' ? index : 1_000 + index,
      drainStartedMs: undefined,
      killedAtMs: undefined,
      drain: undefined,
      connections: 1,
    };
  }
}
