import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../images/repository-root.ts';

/** The version in package.json, which the chart and the images carry, too. */
export function projectVersion(): string {
  const manifest = JSON.parse(readFileSync(join(repositoryRoot, 'package.json'), 'utf8')) as { version: string };
  return manifest.version;
}
