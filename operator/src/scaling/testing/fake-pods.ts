import { ownerKeys } from '../../controller/ownership.ts';
import type { ApiClient } from '../../runtime/api-client.ts';
import { ApiError } from '../../runtime/api-error.ts';
import type { KubeObject } from '../../runtime/kube-object.ts';
import { ObjectCache } from '../../runtime/object-cache.ts';
import { uidRefusal } from '../../runtime/testing/uid-refusal.ts';
import { trusted } from '../../runtime/trusted.ts';
import type { DrainStatus, PodAdmin, PodAddress } from '../pod-admin.ts';
import { DRAIN_STARTED_ANNOTATION } from '../pod-view.ts';

const labels = { 'app.kubernetes.io/managed-by': 'tick-storm-operator', 'app.kubernetes.io/instance': 'demo' };

interface PodPatch {
  readonly metadata: { readonly uid: string; readonly annotations: Readonly<Record<string, string | null>> };
}

/** Pods of the TickStorm `n/demo` whose clients leave when a test says so; their address is their name. */
export class FakePods implements PodAdmin {
  readonly cache = new ObjectCache({ instance: ownerKeys });
  readonly clients = new Map<string, number>();
  readonly states = new Map<string, DrainStatus['state']>();
  /** Pods that answer nothing. */
  readonly silent = new Set<string>();
  /** Pods that answer, but do not drain when they are asked to. */
  readonly unwilling = new Set<string>();
  readonly calls: string[] = [];
  #version = 0;

  readonly client: Pick<ApiClient, 'mergePatch'> = {
    mergePatch: async (_type, _namespace, name, body) => {
      const live = this.cache.get('n', name);
      if (live === undefined) throw new ApiError('patch', 404, '{}');
      const { uid, annotations } = trusted<PodPatch>(body).metadata;
      if (uid !== live.metadata.uid) throw uidRefusal('patch', uid);
      const merged = Object.entries({ ...live.metadata.annotations, ...annotations }).flatMap(([key, value]) =>
        value === null ? [] : [[key, value] as const],
      );
      this.calls.push(`${name} ${annotations[DRAIN_STARTED_ANNOTATION] === null ? 'unmarked' : 'marked'}`);
      return this.#store({ ...live, metadata: { ...live.metadata, annotations: Object.fromEntries(merged) } });
    },
  };

  add(name: string, clients: number, isReady = true, template = 'old'): void {
    this.clients.set(name, clients);
    this.states.set(name, 'serving');
    this.#store({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name,
        namespace: 'n',
        uid: name,
        creationTimestamp: new Date(this.#version * 1_000).toISOString(),
        labels: { ...labels, 'pod-template-hash': template },
      },
      spec: { nodeName: 'node', containers: [] },
      status: { phase: 'Running', podIP: name, conditions: [{ type: 'Ready', status: isReady ? 'True' : 'False' }] },
    });
  }

  /** As garbage collection does. */
  remove(name: string): void {
    const pod = this.cache.get('n', name);
    if (pod !== undefined) this.cache.remove(pod);
  }

  /** As the API server does: the pod has until then to end. */
  delete(name: string, killedAtMs: number): void {
    const pod = this.cache.get('n', name);
    if (pod === undefined) return;
    this.#store({ ...pod, metadata: { ...pod.metadata, deletionTimestamp: new Date(killedAtMs).toISOString() } });
  }

  /** The clients of a pod that drains leave. */
  empty(name: string): void {
    this.clients.set(name, 0);
    this.states.set(name, 'parked');
  }

  annotationsOf(name: string): Readonly<Record<string, string>> {
    return this.cache.get('n', name)?.metadata.annotations ?? {};
  }

  observe(pod: KubeObject): void {
    this.cache.upsert(pod);
  }

  async status(pod: PodAddress): Promise<DrainStatus> {
    return this.#answer(pod);
  }

  async drain(pod: PodAddress, windowSeconds: number, delaySeconds: number): Promise<DrainStatus> {
    const status = this.#answer(pod);
    if (this.unwilling.has(pod.address)) throw new Error('503');
    this.calls.push(`${pod.address} drain ${windowSeconds} ${delaySeconds}`);
    if (status.state === 'serving') this.states.set(pod.address, 'draining');
    return this.#answer(pod);
  }

  async resume(pod: PodAddress): Promise<DrainStatus> {
    this.#answer(pod);
    this.calls.push(`${pod.address} resume`);
    this.states.set(pod.address, 'serving');
    return this.#answer(pod);
  }

  async rebalance(pod: PodAddress, connections: number, perSecond: number): Promise<void> {
    this.#answer(pod);
    this.calls.push(`${pod.address} rebalance ${connections} ${perSecond}`);
  }

  #answer({ address }: PodAddress): DrainStatus {
    if (this.silent.has(address)) throw new Error('no answer');
    return { state: this.states.get(address) ?? 'serving', connections: this.clients.get(address) ?? 0 };
  }

  #store(pod: KubeObject): KubeObject {
    this.#version += 1;
    const stored = { ...pod, metadata: { ...pod.metadata, resourceVersion: `${this.#version}` } };
    this.cache.upsert(stored);
    return stored;
  }
}
