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

  it('runs the operator under the restricted pod security standard', async () => {
    const label = 'pod-security.kubernetes.io/enforce=restricted';
    // The API server warns of each pod in the namespace that would not be allowed.
    const warnings = await kubectl.run(['label', '--dry-run=server', 'namespace', OPERATOR_NAMESPACE, label]);
    expect(warnings).toContain('labeled');
    const { items } = await kubectl.get<{ items: { metadata: object; spec: object }[] }>(
      'pods',
      `--namespace=${OPERATOR_NAMESPACE}`,
    );
    expect(items).toHaveLength(1);
    await kubectl.run(['create', 'namespace', 'e2e-restricted']);
    try {
      await kubectl.run(['label', 'namespace', 'e2e-restricted', label]);
      const { containers, securityContext } = items[0]!.spec as {
        containers: { name: string }[];
        securityContext: object;
      };
      const copy = {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'copy', namespace: 'e2e-restricted' },
        spec: {
          securityContext,
          automountServiceAccountToken: false,
          containers: containers.map((container) => ({ ...container, volumeMounts: [] })),
        },
      };
      await expect(kubectl.apply(copy, ['--dry-run=server'])).resolves.toContain('created (server dry run)');
    } finally {
      await kubectl.run(['delete', 'namespace', 'e2e-restricted', '--wait=false']);
    }
  });
});
