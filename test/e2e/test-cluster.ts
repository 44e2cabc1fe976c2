import { Cluster } from '../cluster/cluster.ts';
import { timedReport } from '../cluster/report.ts';
import { ensureTool } from '../cluster/tools.ts';
import { ensureImage } from '../images/ensure-image.ts';
import { installOperator } from '../install/helm.ts';
import { Kubectl } from '../install/kubectl.ts';
import { restrictedNamespace } from '../install/restricted-namespace.ts';

const NAME = 'test';
const variables = { cluster: 'TICK_STORM_TEST_CLUSTER', serverImage: 'TICK_STORM_TEST_SERVER_IMAGE' } as const;

export const OPERATOR_NAMESPACE = 'tick-storm-system';
export const OPERATOR_RELEASE = 'tick-storm-operator';

/**
 * Starts a cluster of two nodes with the operator in it, runs `work` with the environment that leads its tests there,
 * and ends it again.
 */
export async function withTestCluster<T>(
  signal: AbortSignal,
  work: (environment: Readonly<Record<string, string>>) => Promise<T>,
): Promise<T> {
  const report = timedReport('cluster');
  // One that an interrupted run left behind is of no use.
  await Cluster.down(NAME);
  const cluster = await Cluster.up({ name: NAME, nodes: 2, owned: true, report, signal });
  try {
    const server = await ensureImage('server', report, signal);
    const operator = await ensureImage('operator', report, signal);
    report('loading the images into the nodes');
    for (const { archive } of [server, operator]) await cluster.load(archive);
    report('installing the operator with its Helm chart');
    const kubectl = kubectlOf(cluster);
    await kubectl.apply(restrictedNamespace(OPERATOR_NAMESPACE), ['--server-side']);
    await installOperator({
      helm: await ensureTool('helm', report),
      kubectl,
      release: OPERATOR_RELEASE,
      namespace: OPERATOR_NAMESPACE,
      images: { server: server.reference, operator: operator.reference },
    });
    report('running the tests');
    return await work({ [variables.cluster]: NAME, [variables.serverImage]: server.reference });
  } finally {
    await cluster.down();
    report('the cluster is down');
  }
}

/** The cluster that {@link withTestCluster} started, for a test. */
export function testCluster(): {
  readonly cluster: Cluster;
  readonly kubectl: Kubectl;
  /** The reference of the server's image, which the nodes have. */
  readonly serverImage: string;
} {
  const { [variables.cluster]: name, [variables.serverImage]: serverImage } = process.env;
  const cluster = name === undefined ? undefined : Cluster.find(name);
  if (cluster === undefined || serverImage === undefined)
    throw new Error('these tests need their cluster: run them with npm run test:cluster');
  return { cluster, kubectl: kubectlOf(cluster), serverImage };
}

function kubectlOf(cluster: Cluster): Kubectl {
  return new Kubectl({ program: cluster.kubectl, kubeconfig: cluster.kubeconfig });
}
