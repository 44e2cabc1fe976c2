// Writes what follows from the operator's code: the CRD, the pages of conditions and of objects, the table of its rights.
// With --check it only says whether they are current.
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { crdManifest } from './api/crd-manifest.ts';
import { conditionsPage } from './controller/conditions-page.ts';
import { objectsPage } from './objects-page.ts';
import { permissionsTable } from './permissions-table.ts';

interface Generated {
  readonly path: string;
  readonly source: string;
  /** What the file is to be, given what it is. */
  readonly text: (current: string) => string;
}

/** Puts generated text between the two comments that mark its place. */
function withSection(page: string, text: string): string {
  const pattern = /(<!-- generated: begin -->\n).*(\n<!-- generated: end -->)/s;
  if (!pattern.test(page)) throw new Error('the comments "generated: begin" and "generated: end" are not there');
  return page.replace(pattern, (_, begin: string, end: string) => `${begin}\n${text}\n${end}`);
}

const generated: readonly Generated[] = [
  { path: 'crds/tickstorm.io_tickstorms.yaml', source: 'operator/src/api', text: crdManifest },
  {
    path: 'docs/conditions.md',
    source: 'operator/src/controller/reasons.ts and event-reasons.ts',
    text: conditionsPage,
  },
  { path: 'docs/objects.md', source: 'operator/src/builders/testdata', text: objectsPage },
  {
    path: 'docs/security.md',
    source: 'operator/src/api/rbac.ts',
    text: (page) => withSection(page, permissionsTable()),
  },
];

for (const { path, source, text } of generated) {
  const file = fileURLToPath(new URL(`../../${path}`, import.meta.url));
  const current = await readFile(file, 'utf8').catch(() => '');
  const wanted = text(current);
  if (!process.argv.includes('--check')) {
    await writeFile(file, wanted);
    process.stderr.write(`wrote ${path}\n`);
  } else if (current !== wanted) {
    process.stderr.write(`${path} differs from ${source}: run npm run generate\n`);
    process.exitCode = 1;
  }
}
