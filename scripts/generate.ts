// `npm run generate [-- --check]`: writes every generated file anew, or only says which are not current.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const check = process.argv.slice(2).includes('--check') ? ['--check'] : [];

/** In this order: the chart's copy of the CRD is made from the file that the operator's definition gives. */
const generators = [
  'protocol/generate.mjs',
  'test/vectors/generate.ts',
  'test/wire/generate.ts',
  'operator/src/generate.ts',
  'test/chart/generate.ts',
  'scripts/generate-configuration.ts',
];

for (const generator of generators) {
  const { status } = spawnSync(process.execPath, ['--conditions=source', join(root, generator), ...check], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) process.exitCode = 1;
}
