// Copies crds/tickstorm.io_tickstorms.yaml into the chart; with --check it only says whether the copy is current.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crdTemplate } from './crd-template.ts';

const root = join(import.meta.dirname, '..', '..');
const target = 'charts/tick-storm-operator/templates/crd.yaml';
const template = crdTemplate(await readFile(join(root, 'crds', 'tickstorm.io_tickstorms.yaml'), 'utf8'));
if (process.argv.includes('--check')) {
  if ((await readFile(join(root, target), 'utf8').catch(() => '')) !== template) {
    console.error(`${target} differs from crds/tickstorm.io_tickstorms.yaml: run npm run generate`);
    process.exitCode = 1;
  }
} else {
  await writeFile(join(root, target), template);
  console.error(`wrote ${target}`);
}
