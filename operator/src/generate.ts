// Writes what follows from the operator's code: the CRD and the page of conditions. With --check it only says whether
// they are current.
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { crdManifest } from './api/crd-manifest.ts';
import { conditionsPage } from './controller/conditions-page.ts';

const generated = [
  { path: 'crds/tickstorm.io_tickstorms.yaml', source: 'operator/src/api', text: crdManifest() },
  { path: 'docs/conditions.md', source: 'operator/src/controller/reasons.ts', text: conditionsPage() },
];

for (const { path, source, text } of generated) {
  const file = fileURLToPath(new URL(`../../${path}`, import.meta.url));
  if (process.argv.includes('--check')) {
    const current = await readFile(file, 'utf8').catch(() => '');
    if (current === text) continue;
    process.stderr.write(`${path} differs from ${source}: run npm run generate\n`);
    process.exitCode = 1;
  } else {
    await writeFile(file, text);
    process.stderr.write(`wrote ${path}\n`);
  }
}
