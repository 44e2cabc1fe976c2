import { controlsOf } from '../api/v1alpha1/controls.ts';
import { parseTickStorm, type ParsedTickStorm, type TickStorm } from '../api/v1alpha1/tick-storm.ts';
import type { PodContext } from '../builders/build-context.ts';
import { SHARED_LIMITS_NAME, SHARED_QUOTA_NAME } from '../builders/names.ts';
import type { AppliedObject } from '../builders/object.ts';
import { buildPodSpec } from '../builders/pod-template.ts';
import { buildSharedLimits } from '../builders/shared-limits.ts';
import { sharedMembers } from '../builders/shared-members.ts';
import { buildSharedQuota } from '../builders/shared-quota.ts';
import { defaultLimits, noNarrower } from '../builders/standing-bounds.ts';
import type { KubeObject } from '../runtime/kube-object.ts';
import { trusted } from '../runtime/trusted.ts';
import type { SharedKind } from './kinds.ts';
import { keptPods } from './kept-pods.ts';
import { deploymentOf, type Cached } from './namespace-views.ts';
import { sharedOwnership } from './ownership.ts';
import { podSizes } from './pod-sizes.ts';

export interface SharedQuestion {
  readonly namespace: string;
  /** All TickStorms that the namespace has, as they are stored. */
  readonly tickStorms: readonly KubeObject[];
  readonly podContext: PodContext;
  readonly deployments: Cached;
  /** What there is of the shared kinds. */
  readonly shared: Readonly<Record<SharedKind, Cached>>;
  /** Name of a pod of others in the namespace. */
  readonly findForeignPod: (namespace: string) => Promise<string | undefined>;
}

/** The objects that the TickStorms of a namespace share, as they are to be; undefined: not wanted. */
export interface DesiredShared {
  readonly limits: AppliedObject | undefined;
  readonly quota: AppliedObject | undefined;
  /** A pod of others, for which something was left out that was not asked for in so many words. */
  readonly foreignPod: string | undefined;
  /** Kinds of which nothing is to be made or changed, with the name of a paused TickStorm that has a part in it. */
  readonly heldBy: ReadonlyMap<SharedKind, string>;
}

/** A TickStorm that stays. */
interface Present {
  readonly live: KubeObject;
  readonly parsed: ParsedTickStorm;
}

const FEATURES = [
  ['ResourceQuota', 'quota', SHARED_QUOTA_NAME],
  ['LimitRange', 'limitRange', SHARED_LIMITS_NAME],
] as const;

/** The shared object that there is, if it is ours. */
function standingOf({ cache }: Cached, namespace: string, name: string): KubeObject | undefined {
  const live = cache.get(namespace, name);
  return live !== undefined && sharedOwnership(live) === 'ours' ? live : undefined;
}

/** A shared object that admits at least what the one that stands does. */
function noNarrowerThan(intent: AppliedObject, standing: KubeObject): AppliedObject {
  return { ...intent, spec: noNarrower(trusted(intent['spec']), trusted(standing['spec'])) };
}

/**
 * A shared object with the share of TickStorms that cannot be read, as after a downgrade: how much that is nobody
 * knows, so that nothing is taken away, and what they own stays theirs.
 */
function withUnreadable(
  intent: AppliedObject | undefined,
  standing: KubeObject | undefined,
  unreadable: ReadonlySet<string | undefined>,
): AppliedObject | undefined {
  if (standing === undefined || unreadable.size === 0) return intent;
  const { apiVersion, kind, metadata } = standing;
  const { name, namespace = '', labels = {}, ownerReferences = [] } = metadata;
  const held = ownerReferences.filter(({ uid }) => unreadable.has(uid));
  if (intent === undefined) {
    const isHeld = held.length > 0;
    return isHeld
      ? { apiVersion, kind, metadata: { name, namespace, labels, ownerReferences: held }, spec: standing['spec'] }
      : undefined;
  }
  const owners = [...(intent.metadata.ownerReferences ?? []), ...held].toSorted((a, b) => (a.uid < b.uid ? -1 : 1));
  const widened = noNarrowerThan(intent, standing);
  return { ...widened, metadata: { ...intent.metadata, ownerReferences: owners } };
}

/** Kinds that some TickStorm would have by default, and that are not there yet. */
function missingKinds({ namespace, shared }: SharedQuestion, tickStorms: readonly TickStorm[]): Set<SharedKind> {
  const missing = FEATURES.filter(([kind, feature, name]) => {
    const exists = standingOf(shared[kind], namespace, name) !== undefined;
    return !exists && tickStorms.some(({ spec }) => spec[feature].mode === undefined);
  });
  return new Set(missing.map(([kind]) => kind));
}

/** The kinds that a TickStorm with `tickstorm.io/paused: all` has a part in, or had when they were made. */
function heldKinds({ namespace, shared }: SharedQuestion, present: readonly Present[]): Map<SharedKind, string> {
  const paused = present.filter(({ live }) => controlsOf(live.metadata).paused.has('all'));
  const held = FEATURES.flatMap(([kind, feature, name]) => {
    const { ownerReferences = [] } = shared[kind].cache.get(namespace, name)?.metadata ?? {};
    const holder = paused.find(
      ({ live: { metadata }, parsed }) =>
        (parsed.ok && parsed.value.spec[feature].mode !== 'None') ||
        ownerReferences.some(({ uid }) => uid === metadata.uid),
    );
    return holder === undefined ? [] : [[kind, holder.live.metadata.name] as const];
  });
  return new Map(held);
}

/** Works out the shared objects. Pods of others are looked for only where something would be made unasked. */
export async function desiredShared(question: SharedQuestion): Promise<DesiredShared> {
  const { namespace, podContext, shared, findForeignPod } = question;
  const present = question.tickStorms
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .map((live) => ({ live, parsed: parseTickStorm(live) }));
  const tickStorms = present.flatMap(({ parsed }) => (parsed.ok ? [parsed.value] : []));
  const unreadable = new Set(present.flatMap(({ live, parsed }) => (parsed.ok ? [] : [live.metadata.uid])));
  const missing = missingKinds(question, tickStorms);
  const foreignPod = missing.size === 0 ? undefined : await findForeignPod(namespace);
  const takesDefault = (kind: SharedKind): boolean => foreignPod === undefined || !missing.has(kind);
  const limits = sharedMembers(tickStorms, 'limitRange', takesDefault('LimitRange'));
  const quota = sharedMembers(tickStorms, 'quota', takesDefault('ResourceQuota'));
  const standingLimits = standingOf(shared.LimitRange, namespace, SHARED_LIMITS_NAME);
  const standingQuota = standingOf(shared.ResourceQuota, namespace, SHARED_QUOTA_NAME);
  const pods = tickStorms.flatMap((tickStorm) => [
    buildPodSpec(tickStorm, podContext),
    ...keptPods(deploymentOf(question.deployments, tickStorm)),
  ]);
  const least = unreadable.size > 0 ? standingLimits : undefined;
  const limitRange = buildSharedLimits(
    namespace,
    limits,
    (defaults) => podSizes(pods, defaults),
    defaultLimits(trusted(least?.['spec'] ?? {})),
  );
  const admitting = limitRange && least ? noNarrowerThan(limitRange, least) : limitRange;
  return {
    limits: withUnreadable(admitting, standingLimits, unreadable),
    quota: withUnreadable(buildSharedQuota(namespace, quota), standingQuota, unreadable),
    foreignPod,
    heldBy: heldKinds(question, present),
  };
}
