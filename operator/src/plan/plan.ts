import { parseTickStorm } from '../api/v1alpha1/tick-storm.ts';
import { SHARED_LIMITS_NAME, SHARED_QUOTA_NAME } from '../builders/names.ts';
import { desiredShared, type DesiredShared } from '../controller/desired-shared.ts';
import { foreignPodIn } from '../controller/foreign-pods.ts';
import { SHARED_KINDS, TICK_STORM } from '../controller/kinds.ts';
import { sharedOwnership } from '../controller/ownership.ts';
import type { ApiClient } from '../runtime/api-client.ts';
import { ApiError } from '../runtime/api-error.ts';
import { isAboutAsking, KIND_MISSING } from './failure-text.ts';
import { ManifestError, type FoundManifest, type Manifest } from './manifests.ts';
import { NamespaceSnapshot } from './namespace-snapshot.ts';
import { diffObjects } from './object-diff.ts';
import { previewObject } from './object-preview.ts';
import { readOperatorSettings, type OperatorSettings } from './operator-settings.ts';
import { PlannedTickStorm } from './planned-tick-storm.ts';
import type { PlanResult, Preview } from './preview.ts';
import { tryOut, type TriedOut } from './resource-preview.ts';
import { SecretReader } from './secret-reader.ts';

export interface PlanOptions {
  readonly client: ApiClient;
  /** Namespace of resources that name none. */
  readonly namespace: string;
  /** What the operator's settings are, as far as they are given. */
  readonly settings: OperatorSettings;
  /** Image of resources that name none and have no pods yet, where the operator's is not known. */
  readonly defaultImage: string;
  /** What else is in the files, and so would be applied together with the TickStorms. */
  readonly others: readonly Manifest[];
}

/** What all namespaces are planned with. */
interface Surroundings extends Omit<PlanOptions, 'namespace' | 'others'> {
  readonly secrets: SecretReader;
  /** Namespaces that the files make. */
  readonly madeNamespaces: ReadonlySet<string>;
}

/** Works out what applying these TickStorms would change. Nothing is changed. @throws {ApiError | ManifestError} */
export async function plan(found: readonly FoundManifest[], options: PlanOptions): Promise<PlanResult> {
  const { client, others } = options;
  const namespaceOf = ({ metadata }: Manifest): string => metadata.namespace || options.namespace;
  const named = new Map<string, string>();
  for (const { manifest, where } of found) {
    const name = `TickStorm ${namespaceOf(manifest)}/${manifest.metadata.name}`;
    const before = named.get(name);
    if (before !== undefined) throw new ManifestError(`${name} is given twice: at ${before} and at ${where}`);
    named.set(name, where);
  }
  const ofKind = (kind: string): Manifest[] => others.filter((other) => other.kind === kind);
  const alongside = ofKind('Secret').map((secret) => `${namespaceOf(secret)}/${secret.metadata.name}`);
  const surroundings: Surroundings = {
    client,
    settings: await readOperatorSettings(client, options.settings),
    defaultImage: options.defaultImage,
    secrets: new SecretReader(client, new Set(alongside)),
    madeNamespaces: new Set(ofKind('Namespace').map(({ metadata }) => metadata.name)),
  };
  const results: PlanResult[] = [];
  for (const [namespace, members] of Map.groupBy(found, ({ manifest }) => namespaceOf(manifest))) {
    results.push(await planNamespace(namespace, members, surroundings));
  }
  return {
    previews: results.flatMap(({ previews }) => previews),
    notes: results.flatMap(({ notes }) => notes),
  };
}

async function planNamespace(
  namespace: string,
  found: readonly FoundManifest[],
  surroundings: Surroundings,
): Promise<PlanResult> {
  const { client, settings } = surroundings;
  const tried: TriedOut[] = [];
  for (const each of found) tried.push(await tryOutIn(namespace, each, surroundings));
  const snapshot = await NamespaceSnapshot.read(client, namespace);
  // All of them first: what one may take of a quota depends on the others.
  for (const { next } of tried) snapshot.plan(next);
  const shared = await sharedOf(namespace, snapshot, surroundings);
  // And what they share: a quota that would be made binds them too.
  snapshot.planShared(namespace, shared);
  const sharedPreviews = await previewShared(client, namespace, shared);
  const previews: Preview[] = [];
  const notes: string[] = [];
  const { watchNamespaces = [] } = settings;
  if (watchNamespaces.length > 0 && !watchNamespaces.includes(namespace)) {
    notes.push(
      `the operator serves namespaces ${watchNamespaces.join(', ')} and not ${namespace}: it would make nothing`,
    );
  }
  for (const { live, next } of tried) {
    previews.push(resourcePreview(namespace, { live, next }));
    const parsed = parseTickStorm(next);
    if (!parsed.ok) throw new ManifestError(`TickStorm ${namespace}/${next.metadata.name}: ${parsed.problem}`);
    const options = { ...surroundings, snapshot, shared, sharedPreviews };
    const result = await new PlannedTickStorm(parsed.value, { live, next }, options).preview();
    previews.push(...result.previews);
    notes.push(...result.notes);
  }
  for (const [kind, holder] of shared.heldBy) {
    notes.push(`${kind} of namespace ${namespace}: TickStorm ${holder} is paused, so it would stay as it is`);
  }
  return { previews: [...previews, ...sharedPreviews], notes };
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
  { client, defaultImage, settings }: Surroundings,
): Promise<DesiredShared> {
  const serverImage = settings.serverImage ?? defaultImage;
  return await desiredShared({
    namespace,
    tickStorms: snapshot.tickStorms.cache.values(),
    podContext: { serverImage, allowsHostLevel: settings.allowsHostLevel === true },
    deployments: snapshot.deployments,
    shared: snapshot.shared,
    findForeignPod: (where) => foreignPodIn(client, where),
  });
}

async function previewShared(
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

/** Tries out a manifest, and says of a refusal what it speaks of, and where that stands. @throws {ManifestError} */
async function tryOutIn(
  namespace: string,
  { manifest, where }: FoundManifest,
  { client, madeNamespaces }: Surroundings,
): Promise<TriedOut> {
  try {
    return await tryOut(client, manifest, namespace);
  } catch (error) {
    if (!(error instanceof ApiError) || isAboutAsking(error)) throw error;
    // What is not found is the kind, or the namespace.
    const isKnown = error.status !== 404 || (await client.serves(TICK_STORM));
    if (!isKnown) throw new ManifestError(KIND_MISSING, { cause: error });
    const what = `${where}: TickStorm ${namespace}/${manifest.metadata.name}`;
    if (error.status !== 404) throw new ManifestError(`${what} is refused: ${error.message}`, { cause: error });
    const remedy = madeNamespaces.has(namespace)
      ? 'the files make it: apply that first'
      : `create it with kubectl create namespace ${namespace}, or name another in metadata.namespace or with -n`;
    throw new ManifestError(`${what}: there is no namespace ${JSON.stringify(namespace)}; ${remedy}`, { cause: error });
  }
}
