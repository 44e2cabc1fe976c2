import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, rm, stat, symlink } from 'node:fs/promises';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { buildAside } from './build-aside.ts';
import { cacheDirectory } from './paths.ts';
import { elapsed, withHeartbeat } from './report.ts';
import type { Report } from './report.ts';
import { run } from './run.ts';

/** One Go program, and the names under which it can be called. */
export interface GoBinary {
  readonly title: string;
  readonly names: readonly string[];
  /** How long a cold build takes on 2 cores. */
  readonly coldBuild: string;
  /** Paths of the source files that identify the result. */
  readonly sources: readonly string[];
  readonly linkerFlags: string;
  /** A folder with a main module of our own, or a package path with its version. */
  readonly from: { readonly folder: string } | { readonly module: string };
}

/** The folder with a program under all its names; built, with progress, when the cache does not hold it. */
export async function ensureBinary(binary: GoBinary, report: Report): Promise<string> {
  const folder = join(cacheDirectory(), 'bin', `${binary.names[0]!}-${await keyOf(binary)}`);
  if (!existsSync(folder)) await build(binary, folder, report);
  return folder;
}

async function keyOf(binary: GoBinary): Promise<string> {
  // Of a folder only what is in it counts, not where it lies.
  const module = 'module' in binary.from ? binary.from.module : '';
  const hash = createHash('sha256').update(JSON.stringify([binary.names, binary.linkerFlags, module]));
  for (const source of binary.sources) hash.update(await readFile(source));
  return hash.digest('hex').slice(0, 12);
}

async function build(binary: GoBinary, folder: string, report: Report): Promise<void> {
  await requireGo();
  const started = Date.now();
  const cold = cpus().length <= 2 ? binary.coldBuild : `less than ${binary.coldBuild.replace('about ', '')}`;
  report(`building ${binary.title} from its Go modules: ${cold} when nothing is cached, once`);
  await buildAside(folder, async (aside) => {
    const main = join(aside, binary.names[0]!);
    const env = { ...process.env, CGO_ENABLED: '0', GOBIN: aside, GOFLAGS: '-buildvcs=false' };
    const flags = ['-trimpath', '-ldflags', binary.linkerFlags];
    await withHeartbeat(report, `building ${binary.title}`, async () => {
      if ('folder' in binary.from) {
        await run('go', ['build', ...flags, '-o', main, '.'], { cwd: binary.from.folder, env });
      } else {
        await run('go', ['install', ...flags, binary.from.module], { cwd: aside, env });
      }
    });
    for (const name of binary.names.slice(1)) await symlink(binary.names[0]!, join(aside, name));
  });
  report(`built ${binary.title} in ${elapsed(started)}`);
  await prune(binary, folder);
}

/** Drops all but the newest and the one before it, which a cluster that still runs may use. */
async function prune(binary: GoBinary, newest: string): Promise<void> {
  const parent = dirname(newest);
  const others: { folder: string; madeMs: number }[] = [];
  for (const entry of await readdir(parent)) {
    const folder = join(parent, entry);
    if (!new RegExp(`^${binary.names[0]!}-[0-9a-f]{12}$`).test(entry) || folder === newest) continue;
    others.push({ folder, madeMs: (await stat(folder)).mtimeMs });
  }
  others.sort((a, b) => b.madeMs - a.madeMs);
  for (const { folder } of others.slice(1)) await rm(folder, { recursive: true, force: true });
}

async function requireGo(): Promise<void> {
  await run('go', ['version']).catch(() => {
    throw new Error('Go is missing: install Go 1.25 or newer (https://go.dev/doc/install) and put it on PATH');
  });
}
