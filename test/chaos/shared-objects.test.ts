import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { waitFor } from '../cluster/wait.ts';
import { restrictedContainer, restrictedPod } from '../install/restricted-pod.ts';
import { ChaosBed } from './chaos-bed.ts';
import { podless } from './tick-storms.ts';

jest.setTimeout(120_000);

const namespace = 'shared-objects';
const inNamespace = `--namespace=${namespace}`;
const QUOTA = 'resourcequota/tick-storm-quota';
const LIMITS = 'limitrange/tick-storm-limits';
const bed = new ChaosBed();

interface PodSpec {
  readonly containers: readonly object[];
}

interface Live {
  readonly metadata: { readonly name: string; readonly ownerReferences?: readonly { readonly name: string }[] };
  readonly spec?: {
    readonly hard?: { readonly pods?: string };
    readonly limits?: readonly { readonly type: string; readonly max: { readonly cpu: string } }[];
  };
  readonly status?: {
    readonly conditions?: readonly { readonly type: string; readonly reason: string; readonly message: string }[];
  };
}

beforeAll(async () => {
  const system = await bed.namespace(`${namespace}-system`);
  await bed.namespace(namespace);
  await bed.operator(namespace, await bed.proxy(), { namespace: system, watchNamespaces: [] });
});
afterAll(() => bed.clear());

const apply = (name: string, pods: string, cpu: string, spec: object = {}): Promise<string> =>
  bed.kubectl.apply(podless(namespace, name, { quota: { hard: { pods } }, resources: { limits: { cpu } }, ...spec }), [
    '--server-side',
  ]);

/** What the objects of the namespace that are shared say: pods, most CPUs of a container, and whose they are. */
async function shared(): Promise<string> {
  const { items } = await bed.kubectl.get<{ readonly items: readonly Live[] }>(
    ...['resourcequota,limitrange', inNamespace],
  );
  return items
    .map(({ metadata, spec }) => {
      const bound = spec?.hard?.pods ?? spec?.limits?.find(({ type }) => type === 'Container')?.max.cpu;
      const owners = metadata.ownerReferences?.map(({ name }) => name) ?? ['nobody'];
      return `${metadata.name} ${bound} of ${owners.toSorted((a, b) => (a < b ? -1 : 1)).join()}`;
    })
    .toSorted((a, b) => (a < b ? -1 : 1))
    .join('; ');
}

const become = (wanted: string): Promise<unknown> =>
  waitFor(async () => (await shared()) === wanted, {
    what: `the shared objects to be "${wanted}"`,
    timeoutMs: 30_000,
  });

describe('a namespace in which pods of others run', () => {
  const guested = `${namespace}-guested`;
  const inGuested = `--namespace=${guested}`;

  it('gets no quota unasked, and one when asked', async () => {
    await bed.namespace(guested);
    const web = { name: 'web', image: 'registry.example/web:1', ...restrictedContainer };
    const pod = { ...restrictedPod, containers: [web] };
    await bed.kubectl.apply({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'web', namespace: guested },
      spec: pod,
    });
    await bed.kubectl.apply(podless(guested, 'guest'), ['--server-side']);
    await waitFor(
      async () => {
        const { status } = await bed.kubectl.get<Live>('tickstorm', 'guest', inGuested);
        return status?.conditions?.find(({ type }) => type === 'SharedNamespace')?.message.includes('such as web');
      },
      { what: 'the TickStorm to tell of the pod', timeoutMs: 30_000 },
    );
    expect(await bed.kubectl.run(['get', 'resourcequota,limitrange', inGuested, '--output=name'])).toBe('');
    const asked = { quota: { mode: 'Managed' }, limitRange: { mode: 'None' } };
    await bed.kubectl.apply(podless(guested, 'guest', asked), ['--server-side']);
    await bed.kubectl.run(['wait', '--for=create', QUOTA, inGuested, '--timeout=30s']);
  });
});

describe('the quota and the limit range of a namespace', () => {
  it('are the sum and the widest of what its TickStorms declare', async () => {
    await apply('a', '12', '2');
    await become('tick-storm-limits 4 of a; tick-storm-quota 12 of a');
    await apply('b', '30', '16');
    await become('tick-storm-limits 16 of a,b; tick-storm-quota 42 of a,b');
  });

  it('are less when one goes, and the quota goes when it is no longer asked for', async () => {
    await bed.kubectl.run(['delete', 'tickstorm', 'b', inNamespace]);
    await become('tick-storm-limits 4 of a; tick-storm-quota 12 of a');
    await apply('a', '12', '2', { quota: { mode: 'None' } });
    await become('tick-storm-limits 4 of a');
  });

  it('are left alone where somebody else has the name, until that is gone', async () => {
    const foreign = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'tick-storm-quota', namespace } };
    await bed.kubectl.apply({ ...foreign, spec: { hard: { pods: '3' } } });
    await apply('a', '12', '2', { quota: { mode: 'Managed', hard: { pods: '12' } } });
    const ready = async (): Promise<string | undefined> => {
      const { status } = await bed.kubectl.get<Live>('tickstorm', 'a', inNamespace);
      return status?.conditions?.find(({ type }) => type === 'Ready')?.reason;
    };
    const what = 'the TickStorm to tell of the conflict';
    await waitFor(async () => (await ready()) === 'ResourceConflict', { what, timeoutMs: 30_000 });
    expect(await shared()).toBe('tick-storm-limits 4 of a; tick-storm-quota 3 of nobody');
    await bed.kubectl.run(['delete', QUOTA, inNamespace]);
    await become('tick-storm-limits 4 of a; tick-storm-quota 12 of a');
  });

  it('admit the pods, with sidecars of every size', async () => {
    const securityContext = {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      seccompProfile: { type: 'RuntimeDefault' },
    };
    const sizes = {
      small: { requests: { cpu: '10m', memory: '32Mi' } },
      large: { requests: { cpu: '5', memory: '5Gi' } },
      none: {},
    };
    const containers = Object.entries(sizes).map(([name, resources]) => ({
      name,
      image: 'x',
      resources,
      securityContext,
    }));
    await apply('a', '12', '2', { podTemplate: { spec: { containers } } });
    const template = await waitFor(
      async () => {
        const { spec } = await bed.kubectl.get<{ readonly spec: { readonly template: { readonly spec: PodSpec } } }>(
          ...['deployment', 'a', inNamespace],
        );
        return spec.template.spec.containers.length === 4 && spec.template.spec;
      },
      { what: 'the Deployment to have the sidecars', timeoutMs: 30_000 },
    );
    await become('tick-storm-limits 5 of a; tick-storm-quota 12 of a');
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'probe', namespace }, spec: template };
    await expect(bed.kubectl.run(['create', '--dry-run=server', '-f', '-'], JSON.stringify(pod))).resolves.toContain(
      'created (server dry run)',
    );
  });

  it('go with the last of them', async () => {
    await bed.kubectl.run(['delete', 'tickstorm', 'a', inNamespace]);
    await bed.kubectl.run(['wait', '--for=delete', QUOTA, LIMITS, inNamespace, '--timeout=60s']);
  });
});
