import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { archiveSize } from './archive-size.ts';
import { runCommand } from './run-command.ts';

const zeros = `${'0'.repeat(64)}.tar`;
const noise = `${'1'.repeat(64)}.tar`;
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sizes-'));
  await writeFile(join(directory, zeros), Buffer.alloc(100_000));
  await writeFile(join(directory, noise), randomBytes(50_000));
  await writeFile(join(directory, 'manifest.json'), '[]');
  await runCommand('tar', ['-cf', 'image.tar', zeros, noise, 'manifest.json'], { cwd: directory });
});
afterEach(() => rm(directory, { recursive: true }));

describe('archiveSize', () => {
  it('adds up the layers, unpacked and as a registry would hold them', async () => {
    const known = new Map<string, number>();
    const { unpackedBytes, compressedBytes } = await archiveSize(join(directory, 'image.tar'), known);
    expect(unpackedBytes).toBe(150_000);
    expect(known.get(noise)).toBeGreaterThanOrEqual(50_000);
    expect(known.get(zeros)).toBeLessThan(1_000);
    expect(compressedBytes).toBe(known.get(noise)! + known.get(zeros)!);
  });

  it('takes the size of a layer that it knows', async () => {
    const known = new Map([
      [noise, 1],
      [zeros, 2],
    ]);
    expect(await archiveSize(join(directory, 'image.tar'), known)).toEqual({
      unpackedBytes: 150_000,
      compressedBytes: 3,
    });
  });
});
