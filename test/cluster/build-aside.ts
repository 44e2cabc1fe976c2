import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Makes a folder of the cache. It is built aside and moved into place at once, so that a broken-off build leaves nothing
 * that looks whole, and runs at the same time do not disturb each other.
 * @param build fills the folder whose path it is given
 */
export async function buildAside(folder: string, build: (aside: string) => Promise<void>): Promise<void> {
  await mkdir(dirname(folder), { recursive: true });
  const aside = await mkdtemp(`${folder}.building-`);
  try {
    await build(aside);
    await rename(aside, folder).catch((error: unknown) => {
      // Another run was quicker: its result is as good.
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}
