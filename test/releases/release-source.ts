import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { buildAside } from '../cluster/build-aside.ts';
import { cacheDirectory } from '../cluster/paths.ts';
import { run } from '../cluster/run.ts';
import { repositoryRoot } from '../images/repository-root.ts';
import { RELEASES, type Release } from './releases.ts';

/**
 * Why a clone does not have a commit's sources, for example because it is shallow. At once, because a test has to say
 * while it is declared that it is skipped.
 * @returns the end of a sentence; undefined: it has them
 */
export function whyMissing(commit: string, clone: string = repositoryRoot): string | undefined {
  const git = (...args: string[]): { readonly ok: boolean; readonly text: string } => {
    const { error, status, stdout, stderr } = spawnSync('git', ['-C', clone, ...args], { encoding: 'utf8' });
    return { ok: status === 0, text: (error?.message ?? `${stdout}${stderr}`).trim() };
  };
  if (git('cat-file', '-e', `${commit}^{commit}`).ok) return undefined;
  const { ok, text } = git('rev-parse', '--is-shallow-repository');
  if (!ok) return `git finds no repository here: ${text}`;
  const remedy = text === 'true' ? 'git fetch --unshallow' : 'git fetch --tags';
  return `this clone has no commit ${commit}; to get it: ${remedy}`;
}

/** The folder with the sources of a release, taken from the clone once and kept in the cache. */
export async function ensureReleaseSource(release: Release): Promise<string> {
  const commit = RELEASES[release];
  const folder = join(cacheDirectory(), 'releases', commit);
  if (existsSync(folder)) return folder;
  await buildAside(folder, async (aside) => {
    const archive = join(aside, 'source.tar');
    await run('git', ['-C', repositoryRoot, 'archive', '--format=tar', `--output=${archive}`, commit]);
    await run('tar', ['-xf', archive, '-C', aside]);
    await rm(archive);
  });
  return folder;
}
