/// <reference types="node" />
// Generates src/generated/tickstorm.{js,d.ts} from tickstorm.proto: npm run generate --workspace protocol
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const here = import.meta.dirname;
const cli = join(dirname(createRequire(import.meta.url).resolve('protobufjs-cli/package.json')), 'bin', 'pbjs');
const output = join(here, 'src', 'generated', 'tickstorm.js');
const shape = ['-t', 'static-module', '-w', 'esm', '--force-number', '-d'];
const leaveOut = ['--no-verify', '--no-convert', '--no-delimited', '--no-typeurl'];
execFileSync(process.execPath, [cli, ...shape, ...leaveOut, '-o', output, join(here, 'tickstorm.proto')], {
  stdio: 'inherit',
});

// With --force-number no field has the type Long, but pbjs imports it all the same.
const types = output.replace(/\.js$/, '.d.ts');
writeFileSync(types, readFileSync(types, 'utf8').replace('import Long = require("long");\n', ''));
