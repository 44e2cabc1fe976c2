/**
 * Whether everything that `intent` declares is in `live` already. The API server adds defaults, so `live` may hold
 * more; items of lists of objects are matched by name where they have one, else by position. `isEqual` compares what
 * is written differently and means the same.
 */
export function containsIntent(
  live: unknown,
  intent: unknown,
  isEqual: (live: unknown, intent: unknown) => boolean = Object.is,
): boolean {
  if (Array.isArray(intent)) {
    if (!Array.isArray(live) || live.length < intent.length) return false;
    return intent.every((item: unknown, position) => containsIntent(counterpart(live, item, position), item, isEqual));
  }
  if (intent !== null && typeof intent === 'object') {
    if (!isRecord(live)) return false;
    return Object.entries(intent).every(([name, value]) => containsIntent(live[name], value, isEqual));
  }
  return Object.is(live, intent) || isEqual(live, intent);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function nameOf(item: unknown): unknown {
  return item !== null && typeof item === 'object' && 'name' in item ? item.name : undefined;
}

function counterpart(live: readonly unknown[], item: unknown, position: number): unknown {
  const name = nameOf(item);
  return name === undefined ? live[position] : live.find((candidate) => nameOf(candidate) === name);
}
