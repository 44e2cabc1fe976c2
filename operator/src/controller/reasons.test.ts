import { expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { CONDITIONS, REASONS } from './reasons.ts';

/** The text of all tests but this one. */
function testsText(): string {
  const roots = ['../../', '../../../test/'].map((path) => new URL(path, import.meta.url));
  const files = roots.flatMap((root) =>
    readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.test.ts') && !/(^|\/)(node_modules|dist)\/|reasons\.test/.test(file))
      .map((file) => readFileSync(new URL(file, root), 'utf8')),
  );
  return files.join('\n');
}

it.each([
  ['condition', Object.keys(CONDITIONS)],
  ['reason', Object.keys(REASONS)],
])('some test provokes every %s of the list', (_, names) => {
  const words = new Set(testsText().match(/[A-Za-z]+/g));
  expect(names.filter((name) => !words.has(name))).toEqual([]);
});
