import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ArchiveStore, type ImageArchive } from './archive-store.ts';

let directory: string;
let store: ArchiveStore;

/** Adds an archive that was last used `day` days after the epoch. */
async function add(name: string, key: string, day: number): Promise<ImageArchive> {
  const archive = join(directory, 'built');
  await writeFile(archive, `${name} ${key}`);
  await utimes(archive, day * 86_400, day * 86_400);
  return store.add(name, key, {
    reference: `localhost/${name}:${key}`,
    archive,
    unpackedBytes: 20,
    compressedBytes: 7,
  });
}

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'archives-'));
  store = new ArchiveStore(directory);
});
afterEach(() => rm(directory, { recursive: true }));

describe('ArchiveStore', () => {
  it('finds what was added, under its name and key only', async () => {
    const added = await add('server', 'aaa', 1);
    expect(await readFile(added.archive, 'utf8')).toBe('server aaa');
    expect(await store.find('server', 'aaa')).toEqual(added);
    expect(await store.find('server', 'bbb')).toBeUndefined();
    expect(await store.find('operator', 'aaa')).toBeUndefined();
  });

  it('takes an archive without its description for unfinished', async () => {
    const { archive } = await add('server', 'aaa', 1);
    await rm(archive.replace(/tar$/, 'txt'));
    expect(await store.find('server', 'aaa')).toBeUndefined();
  });

  it('keeps the three archives of an image that were used last', async () => {
    await add('operator', 'old', 1);
    for (const [index, key] of ['aaa', 'bbb', 'ccc'].entries()) await add('server', key, index + 2);
    await store.find('server', 'aaa');
    await add('server', 'ddd', 9);
    const files = (await readdir(directory)).filter((file) => file.endsWith('.tar')).sort();
    expect(files).toEqual(['operator-old.tar', 'server-aaa.tar', 'server-ccc.tar', 'server-ddd.tar']);
    expect(await readdir(directory)).not.toContain('server-bbb.txt');
  });
});
