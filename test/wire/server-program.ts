import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleProgram } from '../images/bundle-program.ts';
import { repositoryRoot } from '../images/repository-root.ts';

const VARIABLE = 'TICK_STORM_TEST_SERVER';

/** The server's first file. */
export const serverEntry: string = join(repositoryRoot, 'server', 'src', 'entry.ts');

/** What the tests run as the server: the bundle of {@link withBundledServer}, or the sources where there is none. */
export const serverProgram: string = process.env[VARIABLE] ?? serverEntry;

/** Bundles the server, runs `work` with the environment that leads its tests to the bundle, and removes it again. */
export async function withBundledServer<T>(
  signal: AbortSignal,
  work: (environment: Readonly<Record<string, string>>) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'tick-storm-server-'));
  try {
    return await work({ [VARIABLE]: await bundleProgram('server', folder, signal) });
  } finally {
    await rm(folder, { recursive: true });
  }
}
