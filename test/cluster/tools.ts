import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rename, rm, stat, symlink } from 'node:fs/promises';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { elapsed, withHeartbeat } from './report.ts';
import type { Report } from './report.ts';
import { cacheDirectory } from './paths.ts';
import { run } from './run.ts';

const here = dirname(fileURLToPath(import.meta.url));

const KUBERNETES_VERSION = 'v1.35.4';
const [, major, minor] = /^v(\d+)\.(\d+)/.exec(KUBERNETES_VERSION)!;
const METRICS_SERVER = 'sigs.k8s.io/metrics-server/cmd/metrics-server@v0.9.0';
const HELM_VERSION = 'v4.1.3';

/** One Go program, and the names under which it can be called. */
interface GoBinary {
  readonly title: string;
  readonly names: readonly string[];
  /** How long a cold build takes on 2 cores. */
  readonly coldBuild: string;
  /** What identifies the result beside the Go version: source files, or a module at a version. */
  readonly sources: readonly string[];
  readonly linkerFlags: string;
  /** A folder with a main module of our own, or a package path with its version. */
  readonly from: { readonly folder: string } | { readonly module: string };
}

const version = 'k8s.io/component-base/version';
const binaries: readonly GoBinary[] = [
  {
    title: `Kubernetes ${KUBERNETES_VERSION}`,
    names: ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubelet', 'kube-proxy', 'etcd', 'kubectl'],
    coldBuild: 'about 6 minutes',
    sources: ['kubernetes/go.mod', 'kubernetes/go.sum', 'kubernetes/main.go'],
    linkerFlags: `-s -w -X ${version}.gitVersion=${KUBERNETES_VERSION} -X ${version}.gitMajor=${major} -X ${version}.gitMinor=${minor}`,
    from: { folder: join(here, 'kubernetes') },
  },
  {
    title: 'CoreDNS and Helm',
    names: ['coredns', 'helm'],
    coldBuild: 'about 2 minutes',
    sources: ['addons/go.mod', 'addons/go.sum', 'addons/main.go'],
    linkerFlags: `-s -w -X helm.sh/helm/v4/internal/version.version=${HELM_VERSION}`,
    from: { folder: join(here, 'addons') },
  },
  {
    title: 'metrics-server',
    names: ['metrics-server'],
    coldBuild: 'about 3 minutes',
    sources: [],
    linkerFlags: '-s -w',
    from: { module: METRICS_SERVER },
  },
];

export type ToolName =
  | 'kube-apiserver'
  | 'kube-controller-manager'
  | 'kube-scheduler'
  | 'kubelet'
  | 'kube-proxy'
  | 'etcd'
  | 'kubectl'
  | 'coredns'
  | 'helm'
  | 'metrics-server';

/** The path of a program of the cluster; built from Go modules, with progress, when the cache does not hold it. */
export async function ensureTool(name: ToolName, report: Report): Promise<string> {
  const binary = binaries.find((candidate) => candidate.names.includes(name))!;
  return join(await ensureBinary(binary, report), name);
}

/** The paths of all programs of the cluster by name. */
export async function ensureTools(report: Report): Promise<Readonly<Record<ToolName, string>>> {
  const entries: [string, string][] = [];
  for (const binary of binaries) {
    const folder = await ensureBinary(binary, report);
    for (const name of binary.names) entries.push([name, join(folder, name)]);
  }
  return Object.fromEntries(entries) as Record<ToolName, string>;
}

async function ensureBinary(binary: GoBinary, report: Report): Promise<string> {
  const folder = join(cacheDirectory(), 'bin', `${binary.names[0]!}-${await keyOf(binary)}`);
  if (!existsSync(folder)) await build(binary, folder, report);
  return folder;
}

async function keyOf(binary: GoBinary): Promise<string> {
  // Of a folder only what is in it counts, not where it lies.
  const module = 'module' in binary.from ? binary.from.module : '';
  const hash = createHash('sha256').update(JSON.stringify([binary.names, binary.linkerFlags, module]));
  for (const source of binary.sources) hash.update(await readFile(join(here, source)));
  return hash.digest('hex').slice(0, 12);
}

async function build(binary: GoBinary, folder: string, report: Report): Promise<void> {
  await requireGo();
  const started = Date.now();
  const cold = cpus().length <= 2 ? binary.coldBuild : `less than ${binary.coldBuild.replace('about ', '')}`;
  report(`building ${binary.title} from its Go modules: ${cold} when nothing is cached, once`);
  await mkdir(dirname(folder), { recursive: true });
  // Built aside and moved into place at once, so that a broken-off build leaves nothing that looks whole.
  const aside = await mkdtemp(`${folder}.building-`);
  const main = join(aside, binary.names[0]!);
  const env = { ...process.env, CGO_ENABLED: '0', GOBIN: aside, GOFLAGS: '-buildvcs=false' };
  const flags = ['-trimpath', '-ldflags', binary.linkerFlags];
  try {
    await withHeartbeat(report, `building ${binary.title}`, async () => {
      if ('folder' in binary.from) {
        await run('go', ['build', ...flags, '-o', main, '.'], { cwd: binary.from.folder, env });
      } else {
        await run('go', ['install', ...flags, binary.from.module], { cwd: aside, env });
      }
    });
    for (const name of binary.names.slice(1)) await symlink(binary.names[0]!, join(aside, name));
    await rename(aside, folder).catch((error: unknown) => {
      // Another run was quicker: its result is as good.
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
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
