import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { join } from 'node:path';
import { run } from '../cluster/run.ts';
import { ensureTool } from '../cluster/tools.ts';
import { waitFor } from '../cluster/wait.ts';
import { repositoryRoot } from '../images/repository-root.ts';
import { ChaosBed } from './chaos-bed.ts';
import { podless } from './tick-storms.ts';

jest.setTimeout(120_000);

const NAMESPACE = 'admission';
const UNGUARDED = 'admission-unguarded';
const RBAC = 'rbac.authorization.k8s.io';
const NAME = 'admission-tick-storm-operator';
const bed = new ChaosBed();

/** Lets users do these things in a namespace. */
const grant = (name: string, users: readonly string[], rules: readonly object[], namespace = NAMESPACE): object[] => [
  { apiVersion: `${RBAC}/v1`, kind: 'Role', metadata: { name, namespace }, rules },
  {
    apiVersion: `${RBAC}/v1`,
    kind: 'RoleBinding',
    metadata: { name, namespace },
    roleRef: { apiGroup: RBAC, kind: 'Role', name },
    subjects: users.map((user) => ({ kind: 'User', apiGroup: RBAC, name: user })),
  },
];

/** The kubectl of a user: applies a TickStorm with this spec. */
const applyAs = (user: string, name: string, spec: object, namespace = NAMESPACE): Promise<string> =>
  bed.kubectl.apply(podless(namespace, name, spec), [`--as=${user}`, '--server-side', `--field-manager=${user}`]);

const overlay = (spec: object): object => ({ podTemplate: { spec } });
const hostNetwork = overlay({ hostNetwork: true });

beforeAll(async () => {
  await bed.namespace(NAMESPACE);
  await bed.namespace(UNGUARDED);
  const tickStorms = [{ apiGroups: ['tickstorm.io'], resources: ['tickstorms'], verbs: ['get', 'create', 'patch'] }];
  const host = [{ apiGroups: ['tickstorm.io'], resources: ['tickstorms/hostlevel'], verbs: ['use'] }];
  await bed.kubectl.apply({
    apiVersion: 'v1',
    kind: 'List',
    items: [
      ...grant('edit', ['alice', 'harriet'], tickStorms),
      ...grant('edit', ['alice'], tickStorms, UNGUARDED),
      ...grant('host', ['harriet'], host),
    ],
  });
  const helm = await ensureTool('helm', () => undefined);
  const chart = join(repositoryRoot, 'charts', 'tick-storm-operator');
  const args = [`--namespace=${NAMESPACE}`, `--set=watchNamespaces={${NAMESPACE}}`];
  const policy = '--show-only=templates/admission-policy.yaml';
  await bed.kubectl.apply(await run(helm, ['template', NAME, chart, ...args, policy]), ['--server-side']);
  // The API server takes a policy up a moment after it is there.
  await waitFor(
    () =>
      bed.kubectl.apply(podless(NAMESPACE, 'probe', hostNetwork), ['--as=alice', '--dry-run=server']).then(
        () => false,
        () => true,
      ),
    { what: 'the policy to be in force', timeoutMs: 60_000, intervalMs: 200 },
  );
});
afterAll(async () => {
  const kinds = 'validatingadmissionpolicy,validatingadmissionpolicybinding';
  await bed.kubectl.run(['delete', kinds, NAME, '--ignore-not-found']);
  await bed.clear();
});

describe('who may edit TickStorms', () => {
  it.each<[string, object]>([
    ['hostNetwork', { hostNetwork: true }],
    ['hostIPC, hostPID', { hostIPC: true, hostPID: true }],
    ['hostPath', { volumes: [{ name: 'root', hostPath: { path: '/' } }] }],
    ['hostPort', { containers: [{ name: 'x', ports: [{ containerPort: 1, hostPort: 1 }] }] }],
    ['privileged', { initContainers: [{ name: 'x', securityContext: { privileged: true } }] }],
    ...(
      [
        ['capabilities.add', { capabilities: { add: ['NET_RAW'] } }],
        ['seccompProfile', { seccompProfile: { type: 'Unconfined' } }],
        ['appArmorProfile', { appArmorProfile: { type: 'Unconfined' } }],
        ['seLinuxOptions', { seLinuxOptions: { type: 'spc_t' } }],
        ['seLinuxOptions', { seLinuxOptions: { role: 'system_r' } }],
        ['procMount', { procMount: 'Unmasked' }],
        ['hostProcess', { windowsOptions: { hostProcess: true } }],
      ] as const
    ).map(([field, securityContext]): [string, object] => [field, { containers: [{ name: 'x', securityContext }] }]),
    ['probe host', { containers: [{ name: 'x', livenessProbe: { httpGet: { host: '192.0.2.1', port: 1 } } }] }],
    ['probe host', { initContainers: [{ name: 'x', lifecycle: { preStop: { tcpSocket: { host: 'a', port: 1 } } } }] }],
  ])('is refused %s, with the right that lacks', async (fields, spec) => {
    await expect(applyAs('alice', 'refused', overlay(spec))).rejects.toThrow(
      `denied request: spec.podTemplate.spec reaches the node (${fields}): user "alice" lacks the right to use ` +
        `tickstorms/hostlevel in namespace ${NAMESPACE}`,
    );
  });

  it('is refused an annotation that takes the AppArmor profile away', async () => {
    const annotations = { 'container.apparmor.security.beta.kubernetes.io/tick-storm': 'unconfined' };
    const spec = { podTemplate: { metadata: { annotations } } };
    await expect(applyAs('alice', 'refused', spec)).rejects.toThrow('reaches the node (appArmorProfile)');
  });

  it('is refused a priority class of the system, in either place', async () => {
    const priorityClassName = 'system-node-critical';
    for (const spec of [{ scheduling: { priorityClassName } }, overlay({ priorityClassName })]) {
      await expect(applyAs('alice', 'refused', spec)).rejects.toThrow(
        'denied request: priority class system-node-critical puts pods before those of the cluster: user "alice" lacks ' +
          'the right to use that priorityclass',
      );
    }
  });

  it.each<[string, object]>([
    ['nothing special', {}],
    ['a sidecar in its sandbox', overlay({ hostNetwork: false, containers: [{ name: 'x', image: 'x' }] })],
    [
      'a sidecar with all that the baseline standard admits',
      overlay({
        containers: [
          {
            name: 'x',
            image: 'x',
            livenessProbe: { httpGet: { port: 1 } },
            securityContext: {
              allowPrivilegeEscalation: true,
              capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] },
              seccompProfile: { type: 'RuntimeDefault' },
              appArmorProfile: { type: 'RuntimeDefault' },
              seLinuxOptions: { type: 'container_t', level: 's0' },
              procMount: 'Default',
              windowsOptions: { hostProcess: false },
            },
          },
        ],
      }),
    ],
    ['annotations of other kinds', { podTemplate: { metadata: { annotations: { note: 'unconfined' } } } }],
    ['a priority class of their own', { scheduling: { priorityClassName: 'market-data' } }],
    ['lists that are none: the operator refuses those', overlay({ containers: 'x', volumes: 5 })],
  ])('may ask for %s', async (_, spec) => {
    await expect(applyAs('alice', 'plain', spec)).resolves.toContain('tickstorm.io/plain serverside-applied');
  });

  it('may go on editing what somebody with the right has set, but not change that', async () => {
    await applyAs('harriet', 'shared', { ...hostNetwork, scheduling: {} });
    const patch = (spec: object): Promise<string> =>
      bed.kubectl.run([
        ...['patch', 'tickstorm', 'shared', `--namespace=${NAMESPACE}`, '--as=alice', '--type=merge'],
        ...['--patch', JSON.stringify({ spec })],
      ]);
    await expect(patch({ server: { logLevel: 'debug' } })).resolves.toContain('patched');
    await expect(patch(overlay({ hostPID: true }))).rejects.toThrow('(hostNetwork, hostPID)');
    await expect(patch({ podTemplate: null })).resolves.toContain('patched');
  });

  it('is not asked where the release serves no TickStorms', async () => {
    await expect(applyAs('alice', 'elsewhere', hostNetwork, UNGUARDED)).resolves.toContain('serverside-applied');
  });
});

describe('who may use tickstorms/hostlevel', () => {
  it('may reach the node in that namespace', async () => {
    await expect(applyAs('harriet', 'host', hostNetwork)).resolves.toContain('serverside-applied');
  });
});
