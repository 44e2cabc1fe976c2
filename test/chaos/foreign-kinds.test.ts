import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { waitFor } from '../cluster/wait.ts';
import { ChaosBed } from './chaos-bed.ts';
import type { LiveObject } from './end-state.ts';
import { foreignCrds } from './foreign-crds.ts';
import { podless } from './tick-storms.ts';

jest.setTimeout(180_000);

const namespace = 'foreign-kinds';
const inNamespace = `--namespace=${namespace}`;
const bed = new ChaosBed();
let names: readonly string[] = [];

beforeAll(async () => {
  await bed.namespace(namespace);
});
afterAll(async () => {
  if (names.length > 0) await bed.kubectl.run(['delete', 'crd', ...names, '--ignore-not-found', '--wait=false']);
  await bed.clear();
});

async function install(): Promise<void> {
  const crds = await foreignCrds();
  names = crds.map(({ metadata }) => metadata.name);
  await bed.kubectl.apply({ apiVersion: 'v1', kind: 'List', items: crds }, ['--server-side']);
  await bed.kubectl.run(['wait', '--for=condition=Established', 'crd', ...names, '--timeout=60s']);
}

/** The reasons of the two conditions that speak of foreign kinds. */
const reasons = async (): Promise<string> => {
  const { status } = await bed.kubectl.get<LiveObject>('tickstorm', 'ticks', inNamespace);
  const conditions = (status?.conditions ?? []) as unknown as readonly {
    readonly type: string;
    readonly reason: string;
  }[];
  const of = (type: string): string => conditions.find((condition) => condition.type === type)?.reason ?? 'none';
  return `${of('MonitoringReady')}, ${of('TLSReady')}`;
};
const awaitReasons = (wanted: string): Promise<boolean> =>
  waitFor(async () => (await reasons()) === wanted, { what: `the conditions ${wanted}`, timeoutMs: 90_000 });

it('makes objects of the Prometheus operator and cert-manager once their kinds are there, and none before', async () => {
  const spec = {
    monitoring: { serviceMonitor: { mode: 'Enabled', labels: { release: 'p' } }, prometheusRule: { mode: 'Enabled' } },
    tls: { mode: 'CertManager', issuerRef: { name: 'issuer' }, dnsNames: ['ticks.example'] },
  };
  await bed.kubectl.apply(podless(namespace, 'ticks', spec), ['--server-side']);
  await bed.operator('foreign-kinds', await bed.proxy(), {
    namespace,
    watchNamespaces: [namespace],
    environment: { DISCOVERY_SECONDS: '2' },
  });
  await awaitReasons('MonitoringKindsMissing, CertManagerMissing');

  await install();
  await awaitReasons('MonitoringApplied, CertificatePending');

  // The real schemas drop what they do not know: everything that was applied is still there.
  const kinds = 'servicemonitors,prometheusrules,certificates';
  const { items } = await bed.kubectl.get<{ items: LiveObject[] }>(kinds, inNamespace);
  expect(items.map(({ kind }) => kind)).toEqual(['ServiceMonitor', 'PrometheusRule', 'Certificate']);
  const again = await bed.kubectl.apply({ apiVersion: 'v1', kind: 'List', items: items.map(bare) }, [
    ...['--server-side', '--dry-run=server', '--validate=strict', '--field-manager=strict', '--force-conflicts'],
  ]);
  expect(again.match(/serverside-applied/g)).toHaveLength(3);
  expect(items[0]!.spec).toMatchObject({ endpoints: [{ port: 'metrics', path: '/metrics' }] });
  expect(items[1]!.spec).toHaveProperty(['groups', '0', 'rules', '0', 'expr']);
  expect(items[2]!.spec).toMatchObject({
    issuerRef: { name: 'issuer' },
    dnsNames: expect.arrayContaining(['ticks.example']),
  });
});

it('goes without them when their kinds are taken away, and makes them anew when those are back', async () => {
  await bed.kubectl.run(['delete', 'crd', ...names, '--timeout=60s']);
  await awaitReasons('MonitoringKindsMissing, CertManagerMissing');
  await install();
  await awaitReasons('MonitoringApplied, CertificatePending');
});

/** An object without what the API server keeps in it. */
function bare({ kind, metadata: { name }, spec, ...rest }: LiveObject): object {
  const { apiVersion } = rest as unknown as { readonly apiVersion: string };
  return { apiVersion, kind, metadata: { name, namespace }, spec };
}
