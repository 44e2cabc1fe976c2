import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { ensureTool } from '../cluster/tools.ts';
import { installOperator } from '../install/helm.ts';
import { PATIENCE_MS } from './live-tick-storm.ts';
import { OPERATOR_NAMESPACE, OPERATOR_RELEASE, testCluster } from './test-cluster.ts';

jest.setTimeout(PATIENCE_MS);

const { kubectl } = testCluster();
const images = { operator: 'localhost/tick-storm-operator:dry', server: 'localhost/tick-storm-server:dry' };
let helm: string;

beforeAll(async () => {
  helm = await ensureTool('helm', () => undefined);
});

describe('the chart', () => {
  it('passes the API server in a dry run of an upgrade', async () => {
    const release = { helm, kubectl, release: OPERATOR_RELEASE, namespace: OPERATOR_NAMESPACE, images };
    const output = await installOperator(release, ['--dry-run=server']);
    expect(output).toContain('image: "localhost/tick-storm-operator:dry"');
  });

  it('passes for a second release that watches namespaces of its own', async () => {
    const release = { helm, kubectl, release: 'second', namespace: 'default', images };
    const values = ['crds.enabled=false', 'watchNamespaces={default}'];
    const output = await installOperator({ ...release, values }, ['--dry-run=server']);
    expect(output).toContain('name: second-tick-storm-operator');
    expect(output).not.toContain('kind: ClusterRole\n');
  });

  it('runs the operator where the restricted pod security standard is enforced', async () => {
    const namespace = await kubectl.get<{ metadata: { labels: Record<string, string> } }>(
      'namespace',
      OPERATOR_NAMESPACE,
    );
    expect(namespace.metadata.labels).toMatchObject({ 'pod-security.kubernetes.io/enforce': 'restricted' });
    const inNamespace = `--namespace=${OPERATOR_NAMESPACE}`;
    const { items } = await kubectl.get<{ items: { status: { phase: string } }[] }>('pods', inNamespace);
    expect(items.map(({ status }) => status.phase)).toEqual(['Running']);
    // The label is no mere word: the same pod with one privilege is refused.
    const container = { name: 'x', image: 'x', securityContext: { privileged: true } };
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'privileged', namespace: OPERATOR_NAMESPACE },
      spec: { containers: [container] },
    };
    await expect(kubectl.apply(pod, ['--dry-run=server'])).rejects.toThrow('violates PodSecurity "restricted');
  });
});
