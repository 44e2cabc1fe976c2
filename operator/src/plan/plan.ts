import { parseTickStorm } from '../api/v1alpha1/tick-storm.ts';
import { SHARED_LIMITS_NAME, SHARED_QUOTA_NAME } from '../builders/names.ts';
import { desiredShared, type DesiredShared } from '../controller/desired-shared.ts';
import { foreignPodIn } from '../controller/foreign-pods.ts';
import { SHARED_KINDS } from '../controller/kinds.ts';
import { sharedOwnership } from '../controller/ownership.ts';
import type { ApiClient } from '../runtime/api-client.ts';
import { ApiError } from '../runtime/api-error.ts';
import { ManifestError, type Manifest } from './manifests.ts';
import { NamespaceSnapshot } from './namespace-snapshot.ts';
import { diffObjects } from './object-diff.ts';
import { previewObject } from './object-preview.ts';
import { PlannedTickStorm, type PlannedTickStormOptions } from './planned-tick-storm.ts';
import type { PlanResult, Preview } from './preview.ts';
import { tryOut, type TriedOut } from './resource-preview.ts';

export interface PlanOptions extends Omit<PlannedTickStormOptions, 'snapshot' | 'foreignPod'> {
  /** Namespace of resources that name none. */
  readonly namespace: string;
}

/** Works out what applying these TickStorms would change. Nothing is changed. @throws {ApiError | ManifestError} */
export async function plan(manifests: readonly Manifest[], options: PlanOptions): Promise<PlanResult> {
  const byNamespace = new Map<string, Manifest[]>();
  for (const manifest of manifests) {
    const namespace = manifest.metadata.namespace ?? options.namespace;
    const others = byNamespace.get(namespace) ?? [];
    if (others.some(({ metadata }) => metadata.name === manifest.metadata.name)) {
      throw new ManifestError(`TickStorm ${namespace}/${manifest.metadata.name} is given twice`);
    }
    byNamespace.set(namespace, [...others, manifest]);
  }
  const results: PlanResult[] = [];
  for (const [namespace, members] of byNamespace) results.push(await planNamespace(namespace, members, options));
  return {
    previews: results.flatMap(({ previews }) => previews),
    notes: results.flatMap(({ notes }) => notes),
  };
}

async function planNamespace(
  namespace: string,
  manifests: readonly Manifest[],
  options: PlanOptions,
): Promise<PlanResult> {
  const { client } = options;
  const tried: TriedOut[] = [];
  for (const manifest of manifests) {
    tried.push(
      await explained(`TickStorm ${namespace}/${manifest.metadata.name}`, tryOut(client, manifest, namespace)),
    );
  }
  const snapshot = await NamespaceSnapshot.read(client, namespace);
  // All of them first: what one may take of a quota depends on the others.
  for (const { next } of tried) snapshot.plan(next);
  const shared = await sharedOf(namespace, snapshot, options);
  // And what they share: a quota that would be made binds them too.
  snapshot.planShared(namespace, shared);
  const { foreignPod } = shared;
  const previews: Preview[] = [];
  const notes: string[] = [];
  for (const { live, next } of tried) {
    previews.push(resourcePreview(namespace, { live, next }));
    const parsed = parseTickStorm(next);
    if (!parsed.ok) throw new ManifestError(`TickStorm ${namespace}/${next.metadata.name}: ${parsed.problem}`);
    const result = await new PlannedTickStorm(
      parsed.value,
      { live, next },
      { ...options, snapshot, foreignPod },
    ).preview();
    previews.push(...result.previews);
    notes.push(...result.notes);
  }
  for (const [kind, holder] of shared.heldBy) {
    notes.push(`${kind} of namespace ${namespace}: TickStorm ${holder} is paused, so it would stay as it is`);
  }
  return { previews: [...previews, ...(await sharedPreviews(client, namespace, shared))], notes };
}

function resourcePreview(namespace: string, { live, next }: TriedOut): Preview {
  const object = `TickStorm ${namespace}/${next.metadata.name}`;
  if (live === undefined) return { object, change: 'created' };
  const fields = diffObjects(live, next);
  return fields.length === 0 ? { object, change: 'none' } : { object, change: 'changed', fields };
}

async function sharedOf(
  namespace: string,
  snapshot: NamespaceSnapshot,
  { client, defaultImage, allowsHostLevel }: PlanOptions,
): Promise<DesiredShared> {
  return await desiredShared({
    namespace,
    tickStorms: snapshot.tickStorms.cache.values(),
    podContext: { serverImage: defaultImage, allowsHostLevel },
    shared: snapshot.shared,
    findForeignPod: (where) => foreignPodIn(client, where),
  });
}

async function sharedPreviews(
  client: ApiClient,
  namespace: string,
  { limits, quota, heldBy }: DesiredShared,
): Promise<Preview[]> {
  const wanted = [
    { kind: 'LimitRange', name: SHARED_LIMITS_NAME, intent: limits },
    { kind: 'ResourceQuota', name: SHARED_QUOTA_NAME, intent: quota },
  ] as const;
  const previews: Preview[] = [];
  for (const { kind, ...others } of wanted) {
    if (heldBy.has(kind)) continue;
    const question = { ...others, type: SHARED_KINDS[kind] };
    const preview = await previewObject(client, { ...question, namespace, ownership: sharedOwnership });
    if (preview !== undefined) previews.push(preview);
  }
  return previews;
}

/** Says of which resource a refusal speaks. */
async function explained<T>(what: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    throw new ManifestError(`${what} is refused: ${error.message}`, { cause: error });
  }
}
