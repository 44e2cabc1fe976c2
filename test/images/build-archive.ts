import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheDirectory } from '../cluster/paths.ts';
import { elapsed, type Report } from '../cluster/report.ts';
import { archiveSize, mebibytes } from './archive-size.ts';
import { ArchiveStore, type ImageArchive } from './archive-store.ts';
import { Buildah } from './buildah.ts';
import { withLock } from './with-lock.ts';

interface BuildContext {
  buildah: Buildah;
  /** For temporary files; emptied before the next build. */
  workDirectory: string;
  /** Passes a build's steps on as progress. */
  onLine: (line: string) => void;
}

export interface ArchiveRequest {
  name: string;
  /** Twelve hex digits of the digest of everything that the image is made of. */
  key: string;
  reference: string;
  report: Report;
  signal?: AbortSignal | undefined;
  /** Makes the image `reference` in the build's storage. */
  build: (context: BuildContext) => Promise<void>;
}

/**
 * The archive of an image: the stored one when there is one under this key, else a new build. Only one build
 * runs at a time, whichever process asks; who waited looks again.
 */
export async function ensureArchive(request: ArchiveRequest): Promise<ImageArchive> {
  const { name, key, report } = request;
  const directory = join(cacheDirectory(), 'images');
  await mkdir(directory, { recursive: true });
  const store = new ArchiveStore(directory);
  const find = async (): Promise<ImageArchive | undefined> => {
    const found = await store.find(name, key);
    if (found !== undefined) report(`${name} image: up to date (${found.reference})`);
    return found;
  };
  return (
    (await find()) ??
    withLock(join(directory, 'lock'), async () => (await find()) ?? buildArchive(request, directory, store))
  );
}

async function buildArchive(request: ArchiveRequest, directory: string, store: ArchiveStore): Promise<ImageArchive> {
  const { name, key, reference, report, signal, build } = request;
  const startedMs = Date.now();
  const workDirectory = join(directory, 'work');
  await rm(workDirectory, { recursive: true, force: true });
  await mkdir(workDirectory);
  const buildah = new Buildah(directory, signal);
  await buildah.prepare();
  await buildah.removeLeftovers();
  report(`${name} image: building ${reference}`);
  let step = 'starting';
  const beat = setInterval(() => report(`${name} image: still at it, ${step} (${elapsed(startedMs)})`), 10_000);
  try {
    const onLine = (line: string): void => {
      step = /^(?:\[\d+\/\d+\] )?STEP (?<step>.*)/.exec(line)?.groups?.['step'] ?? step;
    };
    await build({ buildah, workDirectory, onLine });
    step = 'writing the archive';
    const archive = join(workDirectory, 'image.tar');
    await buildah.save(reference, archive);
    await buildah.removeImage(reference);
    step = 'measuring its size';
    const size = await measure(archive, join(directory, 'layer-sizes.txt'));
    const sizes = `${mebibytes(size.unpackedBytes)} unpacked, ${mebibytes(size.compressedBytes)} compressed`;
    report(`${name} image: built in ${elapsed(startedMs)}, ${sizes}`);
    return await store.add(name, key, { reference, archive, ...size });
  } finally {
    clearInterval(beat);
    // It may hold a copy of the user's npm configuration.
    await rm(workDirectory, { recursive: true, force: true });
  }
}

/** Sizes of layers measured before are kept in `knownFile`, a `FILE BYTES` line each. */
async function measure(archive: string, knownFile: string): ReturnType<typeof archiveSize> {
  const lines = existsSync(knownFile) ? (await readFile(knownFile, 'utf8')).trim().split('\n') : [];
  const known = new Map(lines.map((line) => line.split(' ')).map(([layer = '', bytes]) => [layer, Number(bytes)]));
  const size = await archiveSize(archive, known);
  await writeFile(knownFile, [...known].map((entry) => `${entry.join(' ')}\n`).join(''));
  return size;
}
