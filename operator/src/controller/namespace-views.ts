import type { LimitRangeItem, LimitRangeView } from '../arithmetic/limit-range-defaults.ts';
import type { PodResources } from '../arithmetic/pod-resources.ts';
import type { QuotaView } from '../arithmetic/quota.ts';
import type { TickStorm } from '../api/v1alpha1/tick-storm.ts';
import { objectNames, SHARED_QUOTA_NAME } from '../builders/names.ts';
import type { Informer } from '../runtime/informer.ts';
import { objectKey, type KubeObject } from '../runtime/kube-object.ts';
import { trusted } from '../runtime/trusted.ts';
import { ownershipFor, sharedOwnership } from './ownership.ts';

/** What is known of a kind, without the watch that keeps it current. */
export type Cached = Pick<Informer, 'cache'>;
type Quantities = Readonly<Record<string, string>>;

interface QuotaFields {
  readonly spec?: {
    readonly hard?: Quantities;
    readonly scopes?: readonly string[];
    readonly scopeSelector?: { readonly matchExpressions?: QuotaView['scopeRequirements'] };
  };
  readonly status?: { readonly hard?: Quantities; readonly used?: Quantities };
}

interface PodFields {
  readonly spec?: PodResources;
  readonly status?: { readonly phase?: string };
}

/** The quotas of a namespace as the arithmetic sees them. Before the quota controller has looked, the spec counts. */
export function quotaViews({ cache }: Cached, namespace: string): QuotaView[] {
  return cache.byIndex('namespace', namespace).map((live) => {
    const { spec = {}, status = {} } = trusted<QuotaFields>(live);
    return {
      name: live.metadata.name,
      isManaged: live.metadata.name === SHARED_QUOTA_NAME && sharedOwnership(live) === 'ours',
      hard: status.hard ?? spec.hard ?? {},
      used: status.used ?? {},
      scopes: spec.scopes ?? [],
      scopeRequirements: spec.scopeSelector?.matchExpressions ?? [],
    };
  });
}

/** The limit ranges of a namespace as the arithmetic sees them. */
export function limitRangeViews({ cache }: Cached, namespace: string): LimitRangeView[] {
  return cache.byIndex('namespace', namespace).map((live) => ({
    name: live.metadata.name,
    limits: trusted<{ readonly limits?: readonly LimitRangeItem[] } | undefined>(live['spec'])?.limits ?? [],
  }));
}

/** Of a TickStorm what its objects are known by. */
interface Owner {
  readonly metadata: Pick<TickStorm['metadata'], 'namespace' | 'name' | 'uid'>;
}

/** The Deployment of a TickStorm if it is there and the TickStorm's. */
export function deploymentOf({ cache }: Cached, tickStorm: Owner): KubeObject | undefined {
  const { namespace, name } = tickStorm.metadata;
  const live = cache.get(namespace, objectNames(name).deployment);
  return live !== undefined && ownershipFor(tickStorm)(live) === 'ours' ? live : undefined;
}

const createdMs = ({ metadata }: KubeObject): number => Date.parse(metadata.creationTimestamp ?? '') || 0;

/**
 * The pods of an instance that quotas are charged for, the youngest first: those that drain included, those that have finished
 * not, and not those of a lost node, which are past their time twice over (QuotaV1Pod of Kubernetes).
 */
export function chargedPods(
  { cache }: Cached,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  nowMs: number,
): PodResources[] {
  const isLost = ({ metadata: { deletionTimestamp, deletionGracePeriodSeconds } }: KubeObject): boolean =>
    deletionTimestamp !== undefined &&
    deletionGracePeriodSeconds !== undefined &&
    nowMs > Date.parse(deletionTimestamp) + deletionGracePeriodSeconds * 1_000;
  return cache
    .byIndex('instance', objectKey(namespace, name))
    .filter((pod) => !isLost(pod))
    .toSorted((a, b) => createdMs(b) - createdMs(a))
    .map((pod: KubeObject) => trusted<PodFields>(pod))
    .filter(({ status }) => status?.phase !== 'Succeeded' && status?.phase !== 'Failed')
    .flatMap(({ spec }) => (spec === undefined ? [] : [spec]));
}
