import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What a Dockerfile copies from its context: the sources of its COPY instructions, without `--from` ones. */
export function copiedSources(dockerfile: string): string[] {
  return dockerfile
    .split('\n')
    .filter((line) => /^COPY\s/.test(line) && !line.includes('--from='))
    .flatMap((line) => line.trim().split(/\s+/).slice(1, -1));
}

/**
 * Whether a file or folder name is kept out of every build by a `**` + `/NAME` line of .dockerignore.
 * Other lines are of no interest here: they decide between things that the COPY instructions name anyway.
 */
export function ignoredNames(dockerignore: string): (name: string) => boolean {
  const patterns = dockerignore
    .split('\n')
    .filter((line) => line.startsWith('**/'))
    .map((line) =>
      line
        .slice(3)
        .trim()
        .replaceAll('.', String.raw`\.`)
        .replaceAll('*', '.*'),
    )
    .map((pattern) => new RegExp(`^${pattern}$`));
  return (name) => patterns.some((pattern) => pattern.test(name));
}

/** All files below `paths` (files or folders, relative to `root`), relative and sorted. */
function listFiles(root: string, paths: readonly string[], isIgnored: (name: string) => boolean): string[] {
  const files = paths.flatMap((path) => {
    if (!statSync(join(root, path)).isDirectory()) return [path];
    const entries = readdirSync(join(root, path)).filter((name) => !isIgnored(name));
    return listFiles(
      root,
      entries.map((name) => join(path, name)),
      isIgnored,
    );
  });
  return [...new Set(files)].sort();
}

/** A digest (hex SHA-256) of the names and contents of files below `root`, and of `also`. */
export function contentDigest(root: string, files: readonly string[], also: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of files) {
    const content = readFileSync(join(root, file));
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  for (const text of also) hash.update(`\0${text.length}\0${text}`);
  return hash.digest('hex');
}

/** The digest of everything that goes into the image of one Dockerfile, given that of its base images. */
export function imageDigest(root: string, dockerfile: string, baseDigest: string): string {
  const ignored = ignoredNames(readFileSync(join(root, '.dockerignore'), 'utf8'));
  const sources = copiedSources(readFileSync(join(root, dockerfile), 'utf8'));
  return contentDigest(root, listFiles(root, [dockerfile, '.dockerignore', ...sources], ignored), [baseDigest]);
}
