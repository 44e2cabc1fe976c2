import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { waitFor } from '../cluster/wait.ts';
import { AdminClient } from './admin-client.ts';
import { ChaosBed } from './chaos-bed.ts';
import { operatorObjects, settled } from './end-state.ts';
import type { FaultProxy } from './fault-proxy.ts';
import type { Release } from './operator-accounts.ts';
import { runPlan } from './run-plan.ts';
import { podless } from './tick-storms.ts';

jest.setTimeout(120_000);

type Body = Readonly<Record<string, unknown>>;

interface Drift {
  readonly kind: string;
  readonly path: string;
  /** What is edited; without it the object is deleted. */
  readonly patch?: Body;
}

/** What hands do to objects. */
const DRIFTS: readonly Drift[] = [
  {
    kind: 'Service',
    path: '/api/v1/namespaces/NAMESPACE/services/ticks-headless',
    patch: { spec: { ports: [{ name: 'x', port: 9_999 }] } },
  },
  {
    kind: 'ConfigMap',
    path: '/api/v1/namespaces/NAMESPACE/configmaps/ticks-config',
    patch: { data: { intruder: 'x' } },
  },
  {
    kind: 'Role',
    path: '/apis/rbac.authorization.k8s.io/v1/namespaces/NAMESPACE/roles/ticks-role',
    patch: { rules: [] },
  },
  {
    kind: 'Deployment',
    path: '/apis/apps/v1/namespaces/NAMESPACE/deployments/ticks',
    patch: { spec: { minReadySeconds: 77 } },
  },
  {
    kind: 'PodDisruptionBudget',
    path: '/apis/policy/v1/namespaces/NAMESPACE/poddisruptionbudgets/ticks-pdb',
    patch: { spec: { minAvailable: 5 } },
  },
  {
    kind: 'RoleBinding',
    path: '/apis/rbac.authorization.k8s.io/v1/namespaces/NAMESPACE/rolebindings/ticks-rolebinding',
    patch: { subjects: [] },
  },
  {
    kind: 'ServiceAccount',
    path: '/api/v1/namespaces/NAMESPACE/serviceaccounts/ticks',
    patch: { automountServiceAccountToken: true },
  },
  {
    kind: 'NetworkPolicy',
    path: '/apis/networking.k8s.io/v1/namespaces/NAMESPACE/networkpolicies/ticks-netpol',
    patch: { spec: { podSelector: { matchLabels: { intruder: 'x' } } } },
  },
  {
    kind: 'ResourceQuota',
    path: '/api/v1/namespaces/NAMESPACE/resourcequotas/tick-storm-quota',
    patch: { spec: { hard: { pods: '77' } } },
  },
  {
    kind: 'LimitRange',
    path: '/api/v1/namespaces/NAMESPACE/limitranges/tick-storm-limits',
    patch: { spec: { limits: [{ type: 'Container', max: { cpu: '77' } }] } },
  },
  { kind: 'deleted Role', path: '/apis/rbac.authorization.k8s.io/v1/namespaces/NAMESPACE/roles/ticks-role' },
];
/** A machine that stands still for a moment is none of the operator's: the best of so many counts. */
const ATTEMPTS = 3;

/** What a user asks of an operator, with the rights that the chart gives it and no others. */
describe.each([
  ['for the whole cluster', 'modes-everywhere', (): readonly string[] => [], true],
  ['for some namespaces', 'modes-some', (namespace: string): readonly string[] => [namespace], false],
])('an operator %s', (_, namespace, watched, outlivesNamespace) => {
  const bed = new ChaosBed();
  const inNamespace = `--namespace=${namespace}`;
  const apply = (spec: object): Promise<string> =>
    bed.kubectl.apply(podless(namespace, 'ticks', spec), ['--server-side', '--force-conflicts']);
  let release: Release;
  let proxy: FaultProxy;
  beforeAll(async () => {
    const system = await bed.namespace(`${namespace}-system`);
    await bed.namespace(namespace);
    release = { namespace: system, watchNamespaces: watched(namespace) };
    proxy = await bed.proxy();
    await bed.operator(namespace, proxy, release);
  });
  afterAll(() => bed.clear());

  it('makes all that a TickStorm needs', async () => {
    await apply({ networkPolicy: { mode: 'Enabled' } });
    const kinds = new Set((await settled(bed.kubectl, namespace)).map(({ kind }) => kind));
    expect([...kinds].toSorted((a, b) => (a < b ? -1 : 1))).toEqual([
      'ConfigMap',
      'Deployment',
      'LimitRange',
      'NetworkPolicy',
      'PodDisruptionBudget',
      'ResourceQuota',
      'Role',
      'RoleBinding',
      'Secret',
      'Service',
      'ServiceAccount',
      'TickStorm',
    ]);
  });

  it.each(DRIFTS)('puts a $kind right within a second', async ({ kind, path, patch }) => {
    const admin = new AdminClient(bed.controlPlane.kubeconfig);
    const whole = path.replace('NAMESPACE', namespace);
    const live = async (): Promise<{ readonly uid: unknown; readonly declared: string }> => {
      const { metadata, ...rest } = JSON.parse(await bed.kubectl.run(['get', '--raw', whole])) as Body;
      const { spec, data, rules, subjects, automountServiceAccountToken } = rest;
      const declared = JSON.stringify([spec, data, rules, subjects, automountServiceAccountToken]);
      return { uid: (metadata as Body)['uid'], declared };
    };
    const repairMs = async (): Promise<number> => {
      const before = await live();
      const startedMs = performance.now();
      await (patch === undefined ? admin.delete(whole) : admin.mergePatch(whole, patch));
      const driftedMs = performance.now();
      // With the new object or the old one, its contents are those of before.
      const assertRight = async (): Promise<void> => {
        const { uid, declared } = await live();
        if (declared !== before.declared) throw new Error(`it is ${declared} and was ${before.declared}`);
        if ((uid === before.uid) !== (patch !== undefined)) throw new Error(`it is ${String(uid)}`);
      };
      const repair = await waitFor(
        async () => {
          await assertRight();
          return proxy.passed.find(
            (passed) => passed.method === 'PATCH' && passed.path === whole && passed.sentMs >= startedMs,
          );
        },
        { what: `${whole} to be as before`, timeoutMs: 30_000, intervalMs: 20 },
      );
      return Math.max(0, Math.round(repair.sentMs - driftedMs));
    };
    const times: number[] = [];
    do times.push(await repairMs());
    while (times.at(-1)! >= 1_000 && times.length < ATTEMPTS);
    admin.close();
    process.stderr.write(`drift of a ${kind}: the repair was sent ${times.join(', ')} ms after it\n`);
    expect(Math.min(...times)).toBeLessThan(1_000);
  });

  it('follows a change, and removes what is no longer asked for', async () => {
    await apply({ server: { logLevel: 'debug' }, networkPolicy: { mode: 'Disabled' } });
    await bed.kubectl.run(['wait', '--for=delete', 'networkpolicy/ticks-netpol', inNamespace, '--timeout=30s']);
    const config = (await settled(bed.kubectl, namespace)).find(({ kind }) => kind === 'ConfigMap');
    expect(JSON.stringify(config?.data)).toContain('debug');
  });

  it('leaves alone what is for others to set: annotations, and the address and port that the API server gives', async () => {
    interface Service {
      readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
      readonly spec: { readonly externalTrafficPolicy?: string; readonly ports: readonly { nodePort?: number }[] };
    }
    const service = (): Promise<Service> => bed.kubectl.get<Service>('service', 'ticks-service', inNamespace);
    const follow = async (externalTrafficPolicy: string): Promise<Service['spec']> => {
      await apply({ server: { logLevel: 'debug' }, service: { type: 'NodePort', externalTrafficPolicy } });
      return await waitFor(
        async () => {
          const { spec } = await service();
          return spec.externalTrafficPolicy === externalTrafficPolicy && spec;
        },
        { what: `the Service to have the policy ${externalTrafficPolicy}`, timeoutMs: 30_000 },
      );
    };
    const before = await follow('Cluster');
    expect(before.ports[0]?.nodePort).toBeGreaterThan(0);
    await bed.kubectl.run(['annotate', 'service', 'ticks-service', inNamespace, 'cloud.example/balancer=b-1']);
    expect(await follow('Local')).toEqual({ ...before, externalTrafficPolicy: 'Local' });
    expect((await service()).metadata.annotations).toMatchObject({ 'cloud.example/balancer': 'b-1' });
  });

  it('plans a change without making it', async () => {
    const { token } = await bed.accounts.of(release);
    const change = podless(namespace, 'ticks', { server: { logLevel: 'warn' } });
    const { code, out, err } = await runPlan(bed, proxy, [change], token);
    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect(out).toContain('~ data["config.json"].logLevel: "debug" → "warn"');
    const config = (await operatorObjects(bed.kubectl, namespace)).find(({ kind }) => kind === 'ConfigMap');
    expect(JSON.stringify(config?.data)).toContain('debug');
  });

  it('leaves nothing behind', async () => {
    await bed.kubectl.run(['delete', 'tickstorm', 'ticks', inNamespace]);
    await waitFor(async () => (await operatorObjects(bed.kubectl, namespace)).length === 0, {
      what: 'all objects of the TickStorm to go',
      timeoutMs: 60_000,
      intervalMs: 200,
    });
  });

  it('lets its namespace go with TickStorms in it that are to drain, also with one that was copied', async () => {
    interface Live {
      readonly metadata: { readonly finalizers?: readonly string[] };
      readonly status?: { readonly conditions?: readonly { readonly type: string; readonly reason: string }[] };
    }
    const state = async (name: string): Promise<string> => {
      const { metadata, status } = await bed.kubectl.get<Live>('tickstorm', name, inNamespace);
      const givenUp = status?.conditions?.find(({ type }) => type === 'DrainUnavailable');
      return `${metadata.finalizers?.join() ?? 'no finalizer'}, ${givenUp?.reason ?? 'no condition'}`;
    };
    const finalizers = ['tickstorm.io/drain'];
    const copy = podless(namespace, 'copy', { deletionPolicy: 'Drain' });
    await apply({ deletionPolicy: 'Drain' });
    // As `kubectl get --output=yaml` gives it: the finalizer is then owned by whoever creates the copy.
    await bed.kubectl.apply({ ...copy, metadata: { name: 'copy', namespace, finalizers } }, ['--server-side']);
    const expected = outlivesNamespace ? 'tickstorm.io/drain, no condition' : 'no finalizer, RightsEndWithNamespace';
    for (const name of ['ticks', 'copy']) {
      await bed.kubectl.run(['wait', '--for=condition=Ready', `tickstorm/${name}`, inNamespace, '--timeout=30s']);
      expect(await state(name)).toBe(expected);
    }
    await bed.kubectl.run(['delete', 'namespace', namespace, '--timeout=60s']);
  });
});
