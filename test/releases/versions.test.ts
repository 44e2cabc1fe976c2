import { expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../images/repository-root.ts';

const read = (file: string): string => readFileSync(join(repositoryRoot, file), 'utf8');

interface Manifest {
  readonly version: string;
  readonly workspaces: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
}
const manifestOf = (file: string): Manifest => JSON.parse(read(file)) as Manifest;
const { version, workspaces } = manifestOf('package.json');

it.each(workspaces)('%s has the version of the whole, and wants the others in it', (workspace) => {
  const manifest = manifestOf(join(workspace, 'package.json'));
  const ours = Object.entries(manifest.dependencies ?? {}).filter(([name]) => name.startsWith('@tick-storm/'));
  expect([manifest.version, ...ours.map(([, wanted]) => wanted)]).toEqual(['', ...ours].map(() => version));
});

it('the operator tells of the version of the whole', () => {
  expect(read('operator/src/main.ts')).toContain(`\nconst VERSION = '${version}';\n`);
});

it.each(['README.md', 'docs/quickstart.md', 'docs/configuration.md', 'charts/tick-storm-operator/README.md'])(
  'images in %s are of the version that the chart asks for',
  (file) => {
    const tags = [...read(file).matchAll(/REGISTRY\/tick-storm-(?:server|operator):(?<tag>[\w.-]+)/g)];
    expect(tags.length).toBeGreaterThan(0);
    expect(new Set(tags.map(({ groups }) => groups?.['tag']))).toEqual(new Set([version]));
  },
);
