import { SHARED_LIMITS_NAME, SHARED_QUOTA_NAME } from '../builders/names.ts';
import type { AppliedObject } from '../builders/object.ts';
import type { DesiredShared } from '../controller/desired-shared.ts';
import { byNamespaceIfForeign } from '../controller/foreign-budgets.ts';
import { NODE, OWNED_KINDS, POD, SHARED_KINDS, TICK_STORM, type SharedKind } from '../controller/kinds.ts';
import type { Cached } from '../controller/namespace-views.ts';
import { ownerKeys, sharedOwnership } from '../controller/ownership.ts';
import type { ApiClient } from '../runtime/api-client.ts';
import { hasStatus } from '../runtime/api-error.ts';
import { byNamespace } from '../runtime/indexes.ts';
import type { KubeObject } from '../runtime/kube-object.ts';
import { ObjectCache } from '../runtime/object-cache.ts';
import { listAll } from '../runtime/paged-list.ts';
import type { ResourceType } from '../runtime/resource-type.ts';
import { trusted } from '../runtime/trusted.ts';

const PAGE = 500;

interface SnapshotParts {
  readonly tickStorms: Cached;
  readonly shared: Readonly<Record<SharedKind, Cached>>;
  readonly pods: Cached;
  readonly deployments: Cached;
  readonly budgets: Cached;
  readonly nodes: readonly KubeObject[] | undefined;
}

/** What the operator would know of a namespace, read once, and changed to what it would be. */
export class NamespaceSnapshot implements SnapshotParts {
  /** With an index `namespace`, as the shared kinds have it. */
  readonly tickStorms: Cached;
  readonly shared: Readonly<Record<SharedKind, Cached>>;
  /** With an index `instance`. */
  readonly pods: Cached;
  readonly deployments: Cached;
  /** With an index `foreign`. */
  readonly budgets: Cached;
  /** The metadata of the cluster's nodes; undefined for whoever may not list them. */
  readonly nodes: readonly KubeObject[] | undefined;

  private constructor(parts: SnapshotParts) {
    this.tickStorms = parts.tickStorms;
    this.shared = parts.shared;
    this.pods = parts.pods;
    this.deployments = parts.deployments;
    this.budgets = parts.budgets;
    this.nodes = parts.nodes;
  }

  static async read(client: Pick<ApiClient, 'list'>, namespace: string): Promise<NamespaceSnapshot> {
    const read = async (type: ResourceType): Promise<Cached> => {
      const cache = new ObjectCache({ namespace: byNamespace, instance: ownerKeys, foreign: byNamespaceIfForeign });
      await listAll(client, type, namespace, { limit: PAGE }, (object) => cache.upsert(object));
      return { cache };
    };
    const [tickStorms, quotas, limitRanges, pods, deployments, budgets, nodes] = await Promise.all([
      read(TICK_STORM),
      read(SHARED_KINDS.ResourceQuota),
      read(SHARED_KINDS.LimitRange),
      read(POD),
      read(OWNED_KINDS.Deployment),
      read(OWNED_KINDS.PodDisruptionBudget),
      readNodes(client),
    ]);
    const shared = { ResourceQuota: quotas, LimitRange: limitRanges };
    return new NamespaceSnapshot({ tickStorms, shared, pods, deployments, budgets, nodes });
  }

  /** Puts a TickStorm as it would be in the place of what is stored. */
  plan(next: KubeObject): void {
    put(this.tickStorms, next);
  }

  /** Puts the objects that the namespace shares as they would be in the place of what is stored. */
  planShared(namespace: string, { quota, limits, heldBy }: DesiredShared): void {
    if (!heldBy.has('ResourceQuota')) this.#planShared('ResourceQuota', namespace, SHARED_QUOTA_NAME, quota);
    if (!heldBy.has('LimitRange')) this.#planShared('LimitRange', namespace, SHARED_LIMITS_NAME, limits);
  }

  #planShared(kind: SharedKind, namespace: string, name: string, intent: AppliedObject | undefined): void {
    const { cache } = this.shared[kind];
    const live = cache.get(namespace, name);
    if (live !== undefined && sharedOwnership(live) === 'foreign') return;
    if (intent !== undefined) {
      // The numbers that hold now are those of the status, which follow the spec in a moment.
      const { hard: _, ...status } = trusted<{ readonly hard?: unknown }>(live?.['status'] ?? {});
      put(this.shared[kind], { ...intent, metadata: { ...live?.metadata, ...intent.metadata }, status });
    } else if (live !== undefined) cache.remove(live);
  }
}

/** Puts an object in the place of that of its name, of whatever version: what a dry run returns has that of what is stored. */
function put({ cache }: Cached, object: KubeObject): void {
  const known = cache.get(object.metadata.namespace ?? '', object.metadata.name);
  if (known !== undefined) cache.remove(known);
  cache.upsert(object);
}

async function readNodes(client: Pick<ApiClient, 'list'>): Promise<readonly KubeObject[] | undefined> {
  try {
    return (await listAll(client, NODE, undefined, { limit: PAGE, metadataOnly: true }, (node) => node)).objects;
  } catch (error) {
    if (hasStatus(error, 403)) return undefined;
    throw error;
  }
}
