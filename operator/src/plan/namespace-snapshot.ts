import { POD, SHARED_KINDS, TICK_STORM, type SharedKind } from '../controller/kinds.ts';
import type { Cached } from '../controller/namespace-views.ts';
import { ownerKeys } from '../controller/ownership.ts';
import type { ApiClient } from '../runtime/api-client.ts';
import { byNamespace } from '../runtime/indexes.ts';
import type { KubeObject } from '../runtime/kube-object.ts';
import { ObjectCache } from '../runtime/object-cache.ts';
import { listAll } from '../runtime/paged-list.ts';
import type { ResourceType } from '../runtime/resource-type.ts';

const PAGE = 500;

/** What the operator would know of a namespace, read once. */
export class NamespaceSnapshot {
  readonly tickStorms: { readonly cache: ObjectCache };
  readonly shared: Readonly<Record<SharedKind, Cached>>;
  readonly pods: Cached;

  private constructor(tickStorms: ObjectCache, shared: Readonly<Record<SharedKind, Cached>>, pods: ObjectCache) {
    this.tickStorms = { cache: tickStorms };
    this.shared = shared;
    this.pods = { cache: pods };
  }

  static async read(client: Pick<ApiClient, 'list'>, namespace: string): Promise<NamespaceSnapshot> {
    const read = async (type: ResourceType): Promise<ObjectCache> => {
      const cache = new ObjectCache({ namespace: byNamespace, instance: ownerKeys });
      const { objects } = await listAll(client, type, namespace, { limit: PAGE });
      for (const object of objects) cache.upsert(object);
      return cache;
    };
    const [tickStorms, quotas, limitRanges, pods] = await Promise.all([
      read(TICK_STORM),
      read(SHARED_KINDS.ResourceQuota),
      read(SHARED_KINDS.LimitRange),
      read(POD),
    ]);
    const shared = { ResourceQuota: { cache: quotas }, LimitRange: { cache: limitRanges } };
    return new NamespaceSnapshot(tickStorms, shared, pods);
  }

  /** Puts a TickStorm as it would be in the place of what is stored. */
  plan(next: KubeObject): void {
    this.tickStorms.cache.upsert(next, true);
  }
}
