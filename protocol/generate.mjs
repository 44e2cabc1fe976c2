/// <reference types="node" />
// Generates src/generated/tickstorm.{js,d.ts} from tickstorm.proto; with --check it only says whether they are current.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const here = import.meta.dirname;
const cli = join(dirname(createRequire(import.meta.url).resolve('protobufjs-cli/package.json')), 'bin', 'pbjs');
const check = process.argv.includes('--check');
const generated = join(here, 'src', 'generated');
const folder = check ? mkdtempSync(join(tmpdir(), 'tickstorm-generate-')) : generated;
const output = join(folder, 'tickstorm.js');
const shape = ['-t', 'static-module', '-w', 'esm', '--force-number', '-d'];
const leaveOut = ['--no-verify', '--no-convert', '--no-delimited', '--no-typeurl'];
execFileSync(process.execPath, [cli, ...shape, ...leaveOut, '-o', output, join(here, 'tickstorm.proto')], {
  stdio: 'inherit',
});

// With --force-number no field has the type Long, but pbjs imports it all the same.
const types = output.replace(/\.js$/, '.d.ts');
writeFileSync(types, readFileSync(types, 'utf8').replace('import Long = require("long");\n', ''));

if (check) {
  for (const file of ['tickstorm.js', 'tickstorm.d.ts']) {
    if (readFileSync(join(folder, file), 'utf8') === readFileSync(join(generated, file), 'utf8')) continue;
    process.stderr.write(`protocol/src/generated/${file} differs from tickstorm.proto: run npm run generate\n`);
    process.exitCode = 1;
  }
  rmSync(folder, { recursive: true });
}
