import { afterEach, expect, it, jest } from '@jest/globals';
import { waitFor } from '../cluster/wait.ts';
import { kubectlTable } from '../install/kubectl-table.ts';
import { ChaosBed } from './chaos-bed.ts';
import { podless } from './tick-storms.ts';

jest.setTimeout(120_000);

const bed = new ChaosBed();
afterEach(() => bed.clear());

it('kubectl get shows of each TickStorm how it is, and of one that hibernates that no pod is wanted', async () => {
  const namespace = await bed.namespace('columns');
  const image = 'registry.example/tick-storm-server:1.2';
  const tickStorm = (name: string, spec: object, annotations: object = {}): object => {
    const plain = podless(namespace, name, { image, ...spec });
    return { ...plain, metadata: { name, namespace, annotations } };
  };
  const autoscaled = { replicas: 2, autoscaling: { mode: 'Enabled', minReplicas: 2, maxReplicas: 3 } };
  const tickStorms = [
    tickStorm('empty', {}),
    tickStorm('hibernating', autoscaled, { 'tickstorm.io/hibernate': 'true' }),
    // There is no node for its pods.
    tickStorm('waiting', { replicas: 2 }),
  ];
  for (const each of tickStorms) await bed.kubectl.apply(each, ['--server-side']);
  await bed.operator('columns', await bed.proxy(), { namespace, watchNamespaces: [namespace] });

  const row = (name: string, cells: Record<string, string>): object => ({
    ...{ NAME: name, CLIENTS: '', VERSION: '1.2', AGE: expect.stringMatching(/^\d+[sm]/) },
    ...{ ENDPOINT: `${name}-service.${namespace}.svc:8080`, 'TICKS/S': '', AUTOSCALING: 'Disabled' },
    ...{ REPLICAS: '0', DESIRED: '0', UPDATED: '0' },
    ...cells,
  });
  const wanted = [
    row('empty', { READY: 'True', REASON: 'ScaledToZero' }),
    row('hibernating', { READY: 'True', REASON: 'Hibernated', AUTOSCALING: 'Enabled' }),
    row('waiting', { READY: 'False', REASON: 'Unschedulable', DESIRED: '2', UPDATED: '2' }),
  ];
  const shown = (): Promise<string> => bed.kubectl.run(['get', 'tks', '--output=wide', `--namespace=${namespace}`]);
  await waitFor(
    async () => {
      expect(kubectlTable(await shown())).toEqual(wanted);
      return true;
    },
    { what: 'all columns to settle', timeoutMs: 60_000, intervalMs: 200 },
  );
  // Without -o wide, the first seven.
  const narrow = await bed.kubectl.run(['get', 'tks', `--namespace=${namespace}`]);
  expect(Object.keys(kubectlTable(narrow)[0]!)).toEqual([
    'NAME',
    'READY',
    'REPLICAS',
    'DESIRED',
    'CLIENTS',
    'VERSION',
    'AGE',
  ]);
});
