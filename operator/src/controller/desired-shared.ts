import type { TickStorm } from '../api/v1alpha1/tick-storm.ts';
import { SHARED_LIMITS_NAME, SHARED_QUOTA_NAME } from '../builders/names.ts';
import type { AppliedObject } from '../builders/object.ts';
import { buildSharedLimits } from '../builders/shared-limits.ts';
import { sharedMembers } from '../builders/shared-members.ts';
import { buildSharedQuota } from '../builders/shared-quota.ts';
import type { SharedKind } from './kinds.ts';
import type { Cached } from './namespace-views.ts';
import { sharedOwnership } from './ownership.ts';

export interface SharedQuestion {
  readonly namespace: string;
  /** All that the namespace has, without those that are being deleted. */
  readonly tickStorms: readonly TickStorm[];
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
}

const FEATURES = [
  ['ResourceQuota', 'quota', SHARED_QUOTA_NAME],
  ['LimitRange', 'limitRange', SHARED_LIMITS_NAME],
] as const;

/** Kinds that some TickStorm would have by default, and that are not there yet. */
function missingKinds({ namespace, tickStorms, shared }: SharedQuestion): Set<SharedKind> {
  const missing = FEATURES.filter(([kind, feature, name]) => {
    const live = shared[kind].cache.get(namespace, name);
    const exists = live !== undefined && sharedOwnership(live) === 'ours';
    return !exists && tickStorms.some(({ spec }) => spec[feature].mode === undefined);
  });
  return new Set(missing.map(([kind]) => kind));
}

/** Works out the shared objects. Pods of others are looked for only where something would be made unasked. */
export async function desiredShared(question: SharedQuestion): Promise<DesiredShared> {
  const { namespace, tickStorms, findForeignPod } = question;
  const missing = missingKinds(question);
  const foreignPod = missing.size === 0 ? undefined : await findForeignPod(namespace);
  const takesDefault = (kind: SharedKind): boolean => foreignPod === undefined || !missing.has(kind);
  const limits = sharedMembers(tickStorms, 'limitRange', takesDefault('LimitRange'));
  const quota = sharedMembers(tickStorms, 'quota', takesDefault('ResourceQuota'));
  return {
    limits: buildSharedLimits(namespace, limits, tickStorms),
    quota: buildSharedQuota(namespace, quota),
    foreignPod,
  };
}
