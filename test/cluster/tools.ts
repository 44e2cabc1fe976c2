import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { GoBinary } from './go-binary.ts';
import { ensureBinary } from './go-binary.ts';
import type { Report } from './report.ts';

const here = dirname(fileURLToPath(import.meta.url));

export const KUBERNETES_VERSION = 'v1.35.4';
const [, major, minor] = /^v(\d+)\.(\d+)/.exec(KUBERNETES_VERSION)!;
const METRICS_SERVER = 'sigs.k8s.io/metrics-server/cmd/metrics-server@v0.9.0';
const HELM_VERSION = 'v4.1.3';

const sourcesOf = (folder: string): string[] => ['go.mod', 'go.sum', 'main.go'].map((file) => join(here, folder, file));

const version = 'k8s.io/component-base/version';
const binaries: readonly GoBinary[] = [
  {
    title: `Kubernetes ${KUBERNETES_VERSION}`,
    names: ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubelet', 'kube-proxy', 'etcd', 'kubectl'],
    coldBuild: 'about 6 minutes',
    sources: sourcesOf('kubernetes'),
    linkerFlags: `-s -w -X ${version}.gitVersion=${KUBERNETES_VERSION} -X ${version}.gitMajor=${major} -X ${version}.gitMinor=${minor}`,
    from: { folder: join(here, 'kubernetes') },
  },
  {
    title: 'CoreDNS and Helm',
    names: ['coredns', 'helm'],
    coldBuild: 'about 2 minutes',
    sources: sourcesOf('addons'),
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
