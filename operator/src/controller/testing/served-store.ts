import type { KubeList } from '../../runtime/kube-object.ts';
import type { ResourceType } from '../../runtime/resource-type.ts';
import { ObjectStore } from './object-store.ts';

/** A store whose objects can be listed. Its watches never tell anything, as if each of them were behind. */
export class ServedStore extends ObjectStore {
  async list({ kind }: ResourceType): Promise<KubeList> {
    const items = [...this.objects].flatMap(([key, object]) => (key.startsWith(`${kind} `) ? [object] : []));
    return { metadata: { resourceVersion: `${this.version}` }, items };
  }

  async watch(_type: ResourceType, _namespace: string | undefined, options: { signal: AbortSignal }): Promise<never> {
    return await new Promise((_resolve, reject) => {
      options.signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
    });
  }

  async serves({ kind }: ResourceType): Promise<boolean> {
    return !this.missingKinds.has(kind);
  }
}
