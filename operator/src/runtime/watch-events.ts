import type { KubeObject } from './kube-object.ts';
import { trusted } from './trusted.ts';

/** One event of a watch. With `ERROR` the object is a Status. */
export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: KubeObject;
}

const TYPES: ReadonlySet<unknown> = new Set<WatchEvent['type']>(['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK', 'ERROR']);
const NEWLINE = 0x0a;
/** Longest line in bytes: far above what etcd stores of one object (1.5 MiB), so that a broken stream fills no memory. */
const LONGEST_LINE = 16 << 20;

/**
 * Decodes the answer of a watch, one JSON object per line. Half a line at the end is dropped: the watch resumes from
 * the last whole event. Throws on a line that is no event, rather than miss one silently.
 */
export async function* decodeWatch(body: AsyncIterable<Uint8Array>): AsyncGenerator<WatchEvent> {
  let pending: Uint8Array[] = [];
  let pendingBytes = 0;
  for await (const chunk of body) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      const line = Buffer.concat([...pending, chunk.subarray(start, end)]).toString('utf8');
      pending = [];
      pendingBytes = 0;
      start = end + 1;
      if (line.trim() !== '') yield parseEvent(line);
    }
    if (start < chunk.length) pending.push(chunk.subarray(start));
    pendingBytes += chunk.length - start;
    if (pendingBytes > LONGEST_LINE) throw new Error(`a line of the watch is longer than ${LONGEST_LINE} bytes`);
  }
}

function parseEvent(line: string): WatchEvent {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    value = undefined;
  }
  const event: { type?: unknown; object?: unknown } = value !== null && typeof value === 'object' ? value : {};
  const { type, object } = event;
  if (!TYPES.has(type) || object === null || typeof object !== 'object' || !('kind' in object)) {
    throw new Error(`a line of the watch is no event: ${JSON.stringify(line.slice(0, 100))}`);
  }
  return trusted<WatchEvent>(value);
}
