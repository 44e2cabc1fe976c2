import type { Kubectl } from '../install/kubectl.ts';

const CRD = 'crd/tickstorms.tickstorm.io';

interface Deployments {
  readonly items: readonly { readonly metadata: { readonly name: string; readonly namespace: string } }[];
}

/**
 * Refuses a cluster in which somebody else's Tick-Storm operator runs: the demo would take it over, and remove it at
 * its end. Resolves to whether the CRD is there already, which then stays.
 */
export async function inspectForeignCluster(kubectl: Kubectl, ownNamespace: string): Promise<{ hasCrd: boolean }> {
  const { items } = await kubectl.get<Deployments>(
    'deployments',
    '--all-namespaces',
    '--selector=app.kubernetes.io/name=tick-storm-operator',
  );
  const foreign = items.find(({ metadata }) => metadata.namespace !== ownNamespace);
  if (foreign !== undefined) {
    const { namespace, name } = foreign.metadata;
    throw new Error(
      `a Tick-Storm operator runs in this cluster already (Deployment ${namespace}/${name}); ` +
        'apply examples/demo.yaml to it instead of running the demo',
    );
  }
  const crd = await kubectl.run(['get', CRD, '--ignore-not-found', '--output=name']);
  return { hasCrd: crd.trim() !== '' };
}

/** Removes what a Helm uninstall leaves. */
export async function removeLeftovers(kubectl: Kubectl, ownNamespace: string, hadCrd: boolean): Promise<void> {
  await kubectl.run(['delete', 'namespace', ownNamespace, '--ignore-not-found', '--timeout=120s']);
  if (!hadCrd) await kubectl.run(['delete', CRD, '--ignore-not-found', '--timeout=120s']);
}
