import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../cluster/run.ts';
import { repositoryRoot } from '../images/repository-root.ts';
import { ensureReleaseSource, whyMissing } from './release-source.ts';
import { RELEASES } from './releases.ts';

let folder: string;
let whole: string;
let shallow: string;
const git = async (clone: string, ...args: string[]): Promise<string> => {
  const who = ['-c', 'user.name=test', '-c', 'user.email=test@localhost'];
  return (await run('git', ['-C', clone, ...who, ...args])).trim();
};

/** How many entries the section of a version has in the changelog of some sources. */
async function entriesOf(root: string, version: string): Promise<number> {
  const text = await readFile(join(root, 'CHANGELOG.md'), 'utf8');
  const section = text.split(/^## /m).find((each) => each.startsWith(`[${version}]`));
  return section?.match(/^- /gm)?.length ?? 0;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tick-storm-clones-'));
  whole = join(folder, 'whole');
  shallow = join(folder, 'shallow');
  await mkdir(whole);
  await git(whole, 'init', '--quiet');
  for (const message of ['first', 'second']) await git(whole, 'commit', '--quiet', '--allow-empty', '-m', message);
  await run('git', ['clone', '--quiet', '--depth=1', `file://${whole}`, shallow]);
});
afterAll(() => rm(folder, { recursive: true }));

describe('whyMissing', () => {
  it('has nothing to say of a commit that is there', async () => {
    expect(whyMissing(await git(whole, 'rev-parse', 'HEAD~1'), whole)).toBeUndefined();
  });

  it('says how a shallow clone gets a commit that it lacks', async () => {
    const commit = await git(whole, 'rev-parse', 'HEAD~1');
    expect(whyMissing(commit, shallow)).toBe(`this clone has no commit ${commit}; to get it: git fetch --unshallow`);
  });

  it('says so where the history has no such commit, and where there is none', () => {
    const commit = 'c0ffee'.padEnd(40, '0');
    expect(whyMissing(commit, whole)).toBe(`this clone has no commit ${commit}; to get it: git fetch --tags`);
    expect(whyMissing(commit, folder)).toMatch(/^git finds no repository here: fatal: not a git repository/);
  });
});

describe('the releases', () => {
  for (const [version, commit] of Object.entries(RELEASES)) {
    const missing = whyMissing(commit);
    const name = `${version} is the version that its commit says it is`;
    if (missing !== undefined) {
      it.skip(`${name}: ${missing}`, () => undefined);
      continue;
    }
    it(name, async () => {
      const source = await ensureReleaseSource(version as keyof typeof RELEASES);
      expect(JSON.parse(await readFile(join(source, 'package.json'), 'utf8'))).toMatchObject({ version });
      const chart = await readFile(join(source, 'charts', 'tick-storm-operator', 'Chart.yaml'), 'utf8');
      expect(chart).toContain(`\nappVersion: ${version}\n`);
      // What came later is not of that release, wherever a merge puts it.
      expect(await entriesOf(repositoryRoot, version)).toBe(await entriesOf(source, version));
      // Not every clone has the tags.
      const tags = (await git(repositoryRoot, 'tag', '--list', `v${version}`)).split('\n').filter(Boolean);
      expect(await Promise.all(tags.map((tag) => git(repositoryRoot, 'rev-parse', `${tag}^{commit}`)))).toEqual(
        tags.map(() => commit),
      );
    });
  }
});
