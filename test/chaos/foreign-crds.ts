import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ensureGoModule, type GoModule } from '../cluster/go-module.ts';
import type { Kubectl } from '../install/kubectl.ts';

const PROMETHEUS_OPERATOR: GoModule = {
  module: 'github.com/prometheus-operator/prometheus-operator@v0.85.0',
  sum: 'h1:M5xLCLEoaW2IJfnuCwFzzpL+jSVQu3KGT84Pye+fW8s=',
};
const CERT_MANAGER: GoModule = {
  module: 'github.com/cert-manager/cert-manager@v1.18.2',
  sum: 'h1:H2P75ycGcTMauV3gvpkDqLdS3RSXonWF2S49QGA1PZE=',
};

const FILES: readonly (readonly [GoModule, string])[] = [
  [PROMETHEUS_OPERATOR, 'example/prometheus-operator-crd/monitoring.coreos.com_servicemonitors.yaml'],
  [PROMETHEUS_OPERATOR, 'example/prometheus-operator-crd/monitoring.coreos.com_prometheusrules.yaml'],
  [CERT_MANAGER, 'deploy/crds/crd-certificates.yaml'],
];

interface Crd {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: object;
}

/** Installs the definitions of ServiceMonitor, PrometheusRule and Certificate. @returns the names of these */
export async function installForeignCrds(kubectl: Kubectl): Promise<readonly string[]> {
  const crds = await foreignCrds();
  const names = crds.map(({ metadata }) => metadata.name);
  await kubectl.apply({ apiVersion: 'v1', kind: 'List', items: crds }, ['--server-side']);
  await kubectl.run(['wait', '--for=condition=Established', 'crd', ...names, '--timeout=60s']);
  return names;
}

/** The definitions as their projects publish them. */
async function foreignCrds(): Promise<readonly Crd[]> {
  return await Promise.all(
    FILES.map(async ([module, file]) => {
      const text = await readFile(join(await ensureGoModule(module), file), 'utf8');
      const { apiVersion, kind, metadata, spec } = parse(text) as Crd;
      // Labels and annotations may be templates of a chart.
      return { apiVersion, kind, metadata: { name: metadata.name }, spec };
    }),
  );
}
