import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { pipeline } from 'node:stream/promises';
import { Writable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { runCommand } from './run-command.ts';

export interface ImageSize {
  /** Bytes of the layers as they lie on a node's disk. */
  unpackedBytes: number;
  /** Bytes of the layers as a registry would hold them (gzip). */
  compressedBytes: number;
}

/**
 * Measures the layers of an uncompressed docker-archive. `known` holds the compressed sizes of layers that
 * were measured before, by file name, and takes up new ones: a base layer is worth compressing only once.
 */
export async function archiveSize(archive: string, known: Map<string, number>): Promise<ImageSize> {
  const total: ImageSize = { unpackedBytes: 0, compressedBytes: 0 };
  for (const line of (await runCommand('tar', ['-tvf', archive])).split('\n')) {
    const { bytes, layer } = /\s(?<bytes>\d+) \S+ \S+ (?<layer>[0-9a-f]{64}\.tar)$/.exec(line)?.groups ?? {};
    if (layer === undefined) continue;
    const compressed = known.get(layer) ?? (await compressedBytes(archive, layer));
    known.set(layer, compressed);
    total.unpackedBytes += Number(bytes);
    total.compressedBytes += compressed;
  }
  return total;
}

/** `12.3 MiB` */
export function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}

async function compressedBytes(archive: string, layer: string): Promise<number> {
  const tar = spawn('tar', ['-xOf', archive, layer], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(tar, 'close');
  let bytes = 0;
  const count = new Writable({
    write(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      done();
    },
  });
  await pipeline(tar.stdout, createGzip(), count);
  await ended;
  return bytes;
}
