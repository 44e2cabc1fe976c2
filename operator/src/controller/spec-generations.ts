import { isDeepStrictEqual } from 'node:util';
import type { KubeObject } from '../runtime/kube-object.ts';

/**
 * Since which generation Deployments have the spec that they have. Annotations move the generation of a Deployment too,
 * since its controller copies them to its ReplicaSets: its pods stay as they are.
 */
export class SpecGenerations {
  /** By uid. */
  readonly #since = new Map<string, { readonly generation: number; readonly since: number }>();

  /** Takes note of what became of a Deployment. */
  note(previous: KubeObject, next: KubeObject): void {
    const { uid = '', generation = 0 } = next.metadata;
    const isSame = previous.metadata.uid === uid && isDeepStrictEqual(previous['spec'], next['spec']);
    if (isSame) this.#since.set(uid, { generation, since: this.since(previous) });
    else this.#since.delete(uid);
  }

  /** The generation that it has, where nothing else is known. */
  since({ metadata: { uid = '', generation = 0 } }: KubeObject): number {
    const known = this.#since.get(uid);
    return known?.generation === generation ? known.since : generation;
  }

  forget(uid: string): void {
    this.#since.delete(uid);
  }
}
