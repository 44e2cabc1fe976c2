import { join } from 'node:path';
import { run } from '../cluster/run.ts';
import { repositoryRoot } from '../images/repository-root.ts';
import type { Kubectl } from './kubectl.ts';

const currentChart = join(repositoryRoot, 'charts', 'tick-storm-operator');

export interface OperatorRelease {
  readonly helm: string;
  readonly kubectl: Kubectl;
  readonly release: string;
  readonly namespace: string;
  /** Full references, `REPOSITORY:TAG`. */
  readonly images: { readonly operator: string; readonly server: string };
  /** The folder of the chart; this repository's where it is left out. */
  readonly chart?: string;
  /** Further values, `KEY=VALUE` as for `helm --set`. */
  readonly values?: readonly string[];
}

/** Installs or upgrades the operator with its Helm chart and waits until it is available. */
export async function installOperator(options: OperatorRelease, extra: readonly string[] = []): Promise<string> {
  const { helm, kubectl, release, namespace, images, chart = currentChart } = options;
  const values = [...imageValues('image', images.operator), ...imageValues('serverImage', images.server)];
  const settings = [...values, ...(options.values ?? [])].flatMap((value) => ['--set', value]);
  const command = ['upgrade', '--install', release, chart, '--namespace', namespace, '--create-namespace'];
  return run(helm, [...command, ...settings, '--wait', '--timeout=120s', ...clusterOf(kubectl), ...extra], {
    env: kubectl.environment,
  });
}

export async function uninstallOperator({
  helm,
  kubectl,
  release,
  namespace,
}: Omit<OperatorRelease, 'images'>): Promise<void> {
  const command = ['uninstall', release, '--namespace', namespace, '--wait', '--timeout=120s', '--ignore-not-found'];
  await run(helm, [...command, ...clusterOf(kubectl)], { env: kubectl.environment });
}

function clusterOf(kubectl: Kubectl): readonly string[] {
  return kubectl.clusterArguments.map((argument) => argument.replace('--context', '--kube-context'));
}

function imageValues(key: string, reference: string): readonly string[] {
  const colon = reference.lastIndexOf(':');
  return [`${key}.repository=${reference.slice(0, colon)}`, `${key}.tag=${reference.slice(colon + 1)}`];
}
