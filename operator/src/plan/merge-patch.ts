/** Where `kubectl apply` notes what it has applied. */
export const LAST_APPLIED_ANNOTATION = 'kubectl.kubernetes.io/last-applied-configuration';

type Json = Readonly<Record<string, unknown>>;

const isMap = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The patch (RFC 7396) by which `kubectl apply` brings a custom resource to what a manifest says: everything in the
 * manifest, and null for what the manifest applied before had and this one has not. What others have set stays.
 */
export function applyPatch(lastApplied: unknown, manifest: Json): Json {
  const before = isMap(lastApplied) ? lastApplied : {};
  const removed = Object.keys(before).filter((key) => !(key in manifest));
  const entries = Object.entries(manifest).map(([key, value]): [string, unknown] => [
    key,
    isMap(value) ? applyPatch(before[key], value) : value,
  ]);
  return Object.fromEntries([...removed.map((key): [string, unknown] => [key, null]), ...entries]);
}
