// Writes crds/tickstorm.io_tickstorms.yaml from operator/src/api; with --check it only says whether the file is current.
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { crdManifest } from './api/crd-manifest.ts';

const path = fileURLToPath(new URL('../../crds/tickstorm.io_tickstorms.yaml', import.meta.url));
const manifest = crdManifest();
if (process.argv.includes('--check')) {
  const current = await readFile(path, 'utf8').catch(() => '');
  if (current !== manifest) {
    process.stderr.write('crds/tickstorm.io_tickstorms.yaml differs from operator/src/api: run npm run generate\n');
    process.exitCode = 1;
  }
} else {
  await writeFile(path, manifest);
  process.stderr.write('wrote crds/tickstorm.io_tickstorms.yaml\n');
}
