import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { waitFor } from '../cluster/wait.ts';
import { ChaosBed } from './chaos-bed.ts';
import type { LiveObject } from './end-state.ts';
import { isWorkWrite, type ProxiedRequest } from './fault.ts';
import { installForeignCrds } from './foreign-crds.ts';
import type { OperatorProcess } from './operator-process.ts';
import { podless } from './tick-storms.ts';

jest.setTimeout(180_000);

const namespace = 'foreign-kinds';
const inNamespace = `--namespace=${namespace}`;
const bed = new ChaosBed();
const release = { namespace, watchNamespaces: [namespace], environment: { DISCOVERY_SECONDS: '2' } };
let names: readonly string[] = [];
let operator: OperatorProcess;

beforeAll(async () => {
  await bed.namespace(namespace);
});
afterAll(async () => {
  if (names.length > 0) await bed.kubectl.run(['delete', 'crd', ...names, '--ignore-not-found', '--timeout=60s']);
  await bed.clear();
});

async function install(): Promise<void> {
  names = await installForeignCrds(bed.kubectl);
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
  operator = await bed.operator('foreign-kinds', await bed.proxy(), release);
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

it('does not take them for missing when the operator is started anew, however late it learns of them', async () => {
  await operator.idle();
  await operator.end();
  const isDiscovery = ({ path }: ProxiedRequest): boolean => /^\/apis\/[^/]+\.(coreos\.com|io)\/v1$/.test(path);
  const proxy = await bed.proxy({
    fault: (request) => (isDiscovery(request) ? { kind: 'delay', ms: 1_000 } : undefined),
  });
  operator = await bed.operator('foreign-kinds', proxy, release);
  await operator.idle();
  expect(proxy.passed.filter((passed) => isDiscovery(passed)).map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(proxy.passed.filter((passed) => isWorkWrite(passed))).toEqual([]);
});

/** An object without what the API server keeps in it. */
function bare({ kind, metadata: { name }, spec, ...rest }: LiveObject): object {
  const { apiVersion } = rest as unknown as { readonly apiVersion: string };
  return { apiVersion, kind, metadata: { name, namespace }, spec };
}
