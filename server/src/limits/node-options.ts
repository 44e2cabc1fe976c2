/**
 * Reads --max-old-space-size from NODE_OPTIONS, as Node does: with dashes or underscores, and the last one counts.
 * @returns MiB; null when it is not set
 */
export function parseHeapMib(nodeOptions: string): number | null {
  const found = [...nodeOptions.matchAll(/(?:^|\s)--max[-_]old[-_]space[-_]size=(\d+)(?=\s|$)/g)].at(-1);
  return found ? Number(found[1]) : null;
}
