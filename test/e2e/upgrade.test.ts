import { connect } from '@tick-storm/client';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { ensureTool } from '../cluster/tools.ts';
import { readCredentials } from '../install/credentials.ts';
import { installOperator } from '../install/helm.ts';
import { PATIENCE_MS, awaitObject, awaitReady, conditionOf, createNamespace } from './live-tick-storm.ts';
import type { TickStormObject } from './live-tick-storm.ts';
import { smallTickStorm } from './small-tick-storm.ts';
import { OPERATOR_NAMESPACE, OPERATOR_RELEASE, testCluster } from './test-cluster.ts';
import { Witness } from './witness.ts';

jest.setTimeout(3 * PATIENCE_MS);

const namespace = 'e2e-upgrade';
const inNamespace = `--namespace=${namespace}`;
const { kubectl, serverImage } = testCluster();

interface Pod {
  readonly metadata: { readonly uid: string };
  readonly status: { readonly podIP: string; readonly containerStatuses: readonly { readonly restartCount: number }[] };
}
interface ConfigMap {
  readonly data: Readonly<Record<string, string>>;
}

let helm: string;
let operatorImage: string;

/** `helm upgrade` of the operator that all tests of this cluster share. */
const upgrade = (server: string, values: readonly string[]): Promise<string> => {
  const images = { operator: operatorImage, server };
  return installOperator({ helm, kubectl, release: OPERATOR_RELEASE, namespace: OPERATOR_NAMESPACE, images, values });
};
const pods = async (): Promise<readonly Pod[]> =>
  (await kubectl.get<{ items: Pod[] }>('pods', '--selector=app=steady', inNamespace)).items;
const heldBack = (what: string, isHeld: boolean): Promise<boolean> =>
  awaitObject<TickStormObject, boolean>(kubectl, ['tickstorm', 'steady', inNamespace], what, (object) => {
    return (conditionOf(object, 'PodsHeldBack')?.status === 'True') === isHeld;
  });

beforeAll(async () => {
  helm = await ensureTool('helm', () => undefined);
  await createNamespace(kubectl, namespace);
  await kubectl.apply(smallTickStorm({ name: 'steady', namespace }));
  await awaitReady(kubectl, namespace, 'steady');
  const { spec } = await kubectl.get<{ spec: { template: { spec: { containers: [{ image: string }] } } } }>(
    ...['deployment', OPERATOR_RELEASE, `--namespace=${OPERATOR_NAMESPACE}`],
  );
  operatorImage = spec.template.spec.containers[0].image;
});
afterAll(async () => {
  // The other tests need it as it was, however this one ends.
  await upgrade(serverImage, []);
  await kubectl.run(['delete', 'namespace', namespace, '--ignore-not-found', '--wait=false']);
});

it('an upgrade to another default image and to some namespaces keeps pods and clients, and the operator works on', async () => {
  const [before] = await pods();
  const credentials = await readCredentials(kubectl, namespace, 'steady');
  // Without another connection: one that breaks fails the witness.
  const client = connect({ address: `${before!.status.podIP}:8080`, ...credentials, reconnect: false });
  await client.ready();
  const witness = new Witness(client);

  await upgrade('localhost/tick-storm-server:another', [`watchNamespaces={${namespace}}`]);
  await heldBack('the other image to be held back', true);

  // With a Role in this namespace alone: follows a change, puts an edit right, makes and removes.
  const config = ['configmap', 'steady-config', inNamespace];
  const change = JSON.stringify({ spec: { server: { logLevel: 'warn' } } });
  await kubectl.run(['patch', 'tickstorm', 'steady', inNamespace, '--type=merge', '--patch', change]);
  const isWarn = ({ data }: ConfigMap): boolean => data['config.json']!.includes('"warn"');
  await awaitObject<ConfigMap, boolean>(kubectl, config, 'the new log level', isWarn);
  await kubectl.run(['patch', ...config, '--type=merge', '--patch={"data":{"config.json":"{}"}}']);
  await awaitObject<ConfigMap, boolean>(kubectl, config, 'the log level again', isWarn);
  await kubectl.apply(smallTickStorm({ name: 'second', namespace }, { image: serverImage }));
  await awaitReady(kubectl, namespace, 'second');
  await kubectl.run(['delete', 'tickstorm', 'second', inNamespace]);
  await kubectl.run(['wait', '--for=delete', 'deployment/second', inNamespace, `--timeout=${PATIENCE_MS / 1_000}s`]);

  await upgrade(serverImage, []);
  await heldBack('nothing to be held back', false);

  await witness.finish();
  const { sequences } = witness;
  expect(sequences.length).toBeGreaterThan(100);
  expect(sequences).toEqual(sequences.map((_, index) => sequences[0]! + index));
  const [after] = await pods();
  expect(after!.metadata.uid).toBe(before!.metadata.uid);
  expect(after!.status.containerStatuses.map(({ restartCount }) => restartCount)).toEqual([0]);
});
