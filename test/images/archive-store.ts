import { existsSync } from 'node:fs';
import { readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImageSize } from './archive-size.ts';

/** An image in a file, ready to be loaded into a node. */
export interface ImageArchive extends ImageSize {
  /** The name under which it is loaded, `localhost/NAME:KEY`. */
  reference: string;
  /** Path of a docker-archive. */
  archive: string;
}

/** How many archives of one image are kept; the least recently used go first. */
const kept = 3;

/** Image archives in a folder, found by name and key. */
export class ArchiveStore {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** The archive of an image, if it was built already; counts as a use. */
  async find(name: string, key: string): Promise<ImageArchive | undefined> {
    const { archive, description } = this.#files(name, key);
    if (!existsSync(archive) || !existsSync(description)) return undefined;
    const now = new Date();
    await utimes(archive, now, now);
    const [reference = '', unpacked, compressed] = (await readFile(description, 'utf8')).split('\t');
    return { reference, archive, unpackedBytes: Number(unpacked), compressedBytes: Number(compressed) };
  }

  /** Takes over a finished archive (moving the file) and drops the image's least recently used ones. */
  async add(name: string, key: string, built: ImageArchive): Promise<ImageArchive> {
    const { archive, description } = this.#files(name, key);
    const { reference, unpackedBytes, compressedBytes } = built;
    await rename(built.archive, archive);
    await writeFile(description, [reference, unpackedBytes, compressedBytes].join('\t'));
    await this.#prune(name);
    return { ...built, archive };
  }

  async #prune(name: string): Promise<void> {
    const own = (await readdir(this.#directory)).filter((file) => file.startsWith(`${name}-`) && file.endsWith('.tar'));
    const used = await Promise.all(
      own.map(async (file) => ({ file, usedMs: (await stat(join(this.#directory, file))).mtimeMs })),
    );
    used.sort((left, right) => right.usedMs - left.usedMs);
    for (const { file } of used.slice(kept)) {
      await rm(join(this.#directory, file.replace(/\.tar$/, '.txt')), { force: true });
      await rm(join(this.#directory, file), { force: true });
    }
  }

  #files(name: string, key: string): { archive: string; description: string } {
    const stem = join(this.#directory, `${name}-${key}`);
    return { archive: `${stem}.tar`, description: `${stem}.txt` };
  }
}
