import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { copiedSources, ignoredNames, imageDigest } from './image-inputs.ts';

const dockerfile = `FROM a AS build
COPY package.json package-lock.json ./
RUN npm ci
COPY server/ server/
FROM b
COPY --from=build /out/ ./
`;

describe('copiedSources', () => {
  it('are what comes from the context, not from other stages', () => {
    expect(copiedSources(dockerfile)).toEqual(['package.json', 'package-lock.json', 'server/']);
  });
});

describe('ignoredNames', () => {
  const ignored = ignoredNames('# note\n*\n!server\n**/dist\n**/*.test.ts\n');

  it.each(['dist', 'a.test.ts'])('has %s', (name) => expect(ignored(name)).toBe(true));
  it.each(['server', 'dist.ts', 'test.ts', 'aXtestXts'])('does not have %s', (name) =>
    expect(ignored(name)).toBe(false),
  );
});

describe('imageDigest', () => {
  let root: string;
  const write = async (path: string, content: string): Promise<void> => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  };
  const digest = (): string => imageDigest(root, 'Dockerfile', 'base');

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'inputs-'));
    await write('Dockerfile', dockerfile);
    await write('.dockerignore', '**/*.test.ts\n');
    await write('package.json', '{}');
    await write('package-lock.json', '{}');
    await write('server/src/main.ts', 'one');
    await write('server/src/main.test.ts', 'test');
    await write('docs/readme.md', 'text');
  });
  afterEach(() => rm(root, { recursive: true }));

  it.each(['Dockerfile', '.dockerignore', 'package-lock.json', 'server/src/main.ts'])('follows %s', async (path) => {
    const before = digest();
    await write(path, dockerfile.replace('RUN', 'RUN true &&'));
    expect(digest()).not.toBe(before);
  });

  it('follows new and renamed files, and the base images', async () => {
    const before = digest();
    await write('server/src/more.ts', '');
    const withMore = digest();
    await rename(join(root, 'server/src/more.ts'), join(root, 'server/src/other.ts'));
    const digests = [before, withMore, digest(), imageDigest(root, 'Dockerfile', 'other base')];
    expect(new Set(digests).size).toBe(4);
  });

  it('does not follow what is not in the build', async () => {
    const before = digest();
    await write('server/src/main.test.ts', 'changed');
    await write('docs/readme.md', 'changed');
    expect(digest()).toBe(before);
  });

  it('does not depend on where the repository lies', async () => {
    const before = digest();
    const elsewhere = `${root}-moved`;
    await rename(root, elsewhere);
    root = elsewhere;
    expect(digest()).toBe(before);
  });
});
