import type { KubeObject } from './kube-object.ts';
import { trusted } from './trusted.ts';

/** One event of a watch. With `ERROR` the object is a Status. */
export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: KubeObject;
}

const NEWLINE = 0x0a;

/**
 * Decodes the answer of a watch, one JSON object per line. Half a line at the end is dropped: the watch resumes from
 * the last whole event. Throws on a line that is no JSON, rather than miss an event silently.
 * @param onChunk called for every piece that arrives, as a sign of life
 */
export async function* decodeWatch(body: AsyncIterable<Uint8Array>, onChunk: () => void): AsyncGenerator<WatchEvent> {
  let pending: Uint8Array[] = [];
  for await (const chunk of body) {
    onChunk();
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      const line = Buffer.concat([...pending, chunk.subarray(start, end)]).toString('utf8');
      pending = [];
      start = end + 1;
      if (line.trim() !== '') yield trusted<WatchEvent>(JSON.parse(line));
    }
    if (start < chunk.length) pending.push(chunk.subarray(start));
  }
}
