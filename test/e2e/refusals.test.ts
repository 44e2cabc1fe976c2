import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { PATIENCE_MS, createNamespace } from './live-tick-storm.ts';
import { testCluster } from './test-cluster.ts';

jest.setTimeout(PATIENCE_MS);

const namespace = 'e2e-refusals';
const { kubectl } = testCluster();

beforeAll(() => createNamespace(kubectl, namespace));
afterAll(() => kubectl.run(['delete', 'namespace', namespace, '--wait=false']));

const dryRun = (spec: unknown, name = 'bad'): Promise<string> =>
  kubectl.apply({ apiVersion: 'tickstorm.io/v1alpha1', kind: 'TickStorm', metadata: { name, namespace }, spec }, [
    '--dry-run=server',
  ]);

describe('the API server refuses a TickStorm', () => {
  it.each<[string, unknown, RegExp]>([
    [
      'with the minimum above the maximum',
      { autoscaling: { minReplicas: 9, maxReplicas: 3 } },
      /spec\.autoscaling\.minReplicas: .*must not be above maxReplicas/,
    ],
    [
      'with autoscaling both off and on',
      { autoscaling: { mode: 'Disabled', minReplicas: 2 } },
      /spec\.autoscaling: .*both off and on/,
    ],
    [
      'with a schedule that is none',
      { autoscaling: { schedules: [{ name: 'open', start: '9:30', durationMinutes: 60, minReplicas: 3 }] } },
      /spec\.autoscaling\.schedules\[0\]\.start: .*must have five fields/,
    ],
    [
      'with a schedule that never ends',
      { autoscaling: { schedules: [{ name: 'open', start: '30 9 * * *', minReplicas: 3 }] } },
      /spec\.autoscaling\.schedules\[0\]: .*needs either end or durationMinutes/,
    ],
    [
      'with a schedule above the maximum',
      { autoscaling: { schedules: [{ name: 'open', start: '30 9 * * *', durationMinutes: 1, minReplicas: 11 }] } },
      /spec\.autoscaling\.schedules: .*must not be above maxReplicas/,
    ],
    ['with an unknown field', { server: { maxConections: 5 } }, /unknown field "spec\.server\.maxConections"/],
    ['with a negative number', { replicas: -1 }, /spec\.replicas: .*greater than or equal to 0/],
    [
      'with a quantity that is none',
      { resources: { limits: { memory: 'lots' } } },
      /spec\.resources\.limits\.memory: .*"lots": must be a quantity/,
    ],
    [
      // Evaluating this number once kept the API server busy for ever.
      'with a quantity that is beyond all measure',
      { resources: { limits: { cpu: '1e99999999999' } } },
      /spec\.resources\.limits\.cpu: .*must be a quantity/,
    ],
    [
      'with half a pod in the quota',
      { quota: { hard: { pods: '0.5' } } },
      /spec\.quota\.hard\.pods: .*must be a whole number above zero/,
    ],
    [
      'that requests more than its limit',
      { resources: { requests: { memory: '3Gi' } } },
      /spec\.resources\.requests\.memory: .*must not be above limits\.memory/,
    ],
    [
      'with two disruption budgets',
      { disruption: { minAvailable: 1, maxUnavailable: 1 } },
      /spec\.disruption: .*exclude each other/,
    ],
    [
      'with an address list that is none',
      { server: { ipAllowlist: ['10.0.0.0/8', 'nonsense'] } },
      /spec\.server\.ipAllowlist\[1\]: .*must be an IP address or a CIDR/,
    ],
  ])('%s', async (_, spec, message) => {
    await expect(dryRun(spec)).rejects.toThrow(message);
  });

  it('with a name that is too long for its objects', async () => {
    await expect(dryRun({}, 'a'.repeat(51))).rejects.toThrow(/50 characters/);
  });

  it('but takes one with an empty spec', async () => {
    await expect(dryRun({}, 'good')).resolves.toContain('created (server dry run)');
  });
});
