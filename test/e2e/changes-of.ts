import type { LiveObject } from '../chaos/end-state.ts';

/**
 * What was written to objects: of each that is new, gone, or of another version, the entries that differ, as
 * `annotations.KEY` or `spec.FIELD`. The status of TickStorms is left out, which moves with the clients.
 */
export function changesOf(before: readonly LiveObject[], after: readonly LiveObject[]): Record<string, string[]> {
  const changes: Record<string, string[]> = {};
  const old = new Map(before.map((object) => [object.metadata.uid, object]));
  for (const object of after) {
    const { kind, metadata } = object;
    const was = old.get(metadata.uid);
    old.delete(metadata.uid);
    const entries = was === undefined ? ['made'] : differences(was, object);
    const isWritten = kind !== 'TickStorm' && was?.metadata.resourceVersion !== metadata.resourceVersion;
    if (isWritten || entries.length > 0) changes[`${kind} ${metadata.name}`] = entries;
  }
  for (const { kind, metadata } of old.values()) changes[`${kind} ${metadata.name}`] = ['removed'];
  return changes;
}

function differences(a: LiveObject, b: LiveObject): string[] {
  const [before, after] = [entriesOf(a), entriesOf(b)];
  const paths = new Set([...before.keys(), ...after.keys()]);
  return [...paths].filter((path) => before.get(path) !== after.get(path)).sort();
}

function entriesOf({ metadata, spec, data }: LiveObject): Map<string, string> {
  const sections = { labels: metadata.labels, annotations: metadata.annotations, spec, data };
  const entries = Object.entries(sections).flatMap(([section, fields]) =>
    Object.entries(fields ?? {}).map(([key, value]) => [`${section}.${key}`, JSON.stringify(value)] as const),
  );
  return new Map(entries);
}
