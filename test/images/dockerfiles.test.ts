import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from './repository-root.ts';

const read = (file: string): string => readFileSync(join(repositoryRoot, file), 'utf8');
const { version, workspaces }: { version: string; workspaces: string[] } = JSON.parse(read('package.json'));

describe.each(['server', 'operator'])('Dockerfile.%s', (name) => {
  const dockerfile = read(`Dockerfile.${name}`);
  const final = dockerfile.slice(dockerfile.lastIndexOf('\nFROM '));

  it('labels the image with the version of the package', () => {
    expect(final).toContain(`\nARG VERSION=${version}\n`);
  });

  it('brings every workspace, so that npm ci accepts the lock file', () => {
    const manifests = [...dockerfile.matchAll(/^COPY (?<folder>\w+)\/package\.json \k<folder>\/$/gm)];
    expect(new Set(manifests.map(({ groups }) => groups?.['folder']))).toEqual(new Set(workspaces));
  });

  it('ends in an image of the bundle and the licence alone, run as nonroot', () => {
    expect(final.match(/^(COPY|ADD|RUN) .*/gm)).toEqual(['COPY LICENSE ./', `COPY --from=build /out/${name}/ ./`]);
    expect(final).toMatch(/\nUSER 65532:65532\n/);
    const options = /(?<options>("--[a-z-]+(=\d+)?", )*)/.source;
    expect(final).toMatch(new RegExp(`^ENTRYPOINT \\["/nodejs/bin/node", ${options}"/app/${name}.mjs"\\]$`, 'm'));
  });
});
