import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildAside } from '../cluster/build-aside.ts';
import { ensurePackages } from '../cluster/packages.ts';
import { cacheDirectory } from '../cluster/paths.ts';
import type { Report } from '../cluster/report.ts';
import { run } from '../cluster/run.ts';

const programs = ['floor', 'load-client', 'nats-publisher'] as const;
const flags = ['-std=gnu17', '-O2', '-Wall', '-Wextra'];
const libraries = ['-lssl', '-lcrypto'];
/** Debian packages of the C compiler and of OpenSSL, with what shows that they are there. */
const compiler = {
  gcc: 'cc',
  'libc6-dev': '/usr/include/stdio.h',
  'libssl-dev': '/usr/include/openssl/ssl.h',
} as const;
const sources = join(dirname(fileURLToPath(import.meta.url)), 'native');

export type NativePrograms = Readonly<Record<(typeof programs)[number], string>>;

/** The paths of the compiled programs; made when the cache does not hold them. */
export async function ensureNativePrograms(report: Report): Promise<NativePrograms> {
  const folder = join(cacheDirectory(), 'bin', `bench-${await key()}`);
  if (!existsSync(folder)) await build(folder, report);
  return {
    floor: join(folder, 'floor'),
    'load-client': join(folder, 'load-client'),
    'nats-publisher': join(folder, 'nats-publisher'),
  };
}

async function key(): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([flags, libraries, process.arch]));
  for (const name of (await readdir(sources)).sort()) hash.update(name).update(await readFile(join(sources, name)));
  return hash.digest('hex').slice(0, 12);
}

async function build(folder: string, report: Report): Promise<void> {
  await ensurePackages(compiler, report);
  report('compiling the load client and the floor');
  await buildAside(folder, async (aside) => {
    for (const name of programs) {
      await run('cc', [...flags, '-o', join(aside, name), join(sources, `${name}.c`), ...libraries]);
    }
  });
}
