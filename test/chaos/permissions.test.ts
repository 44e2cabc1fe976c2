import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { instanceRules } from '@tick-storm/operator/api';
import { inWords, mayDo, type Right } from './access-review.ts';
import { ChaosBed } from './chaos-bed.ts';
import type { OperatorAccount } from './operator-accounts.ts';
import { podless } from './tick-storms.ts';

jest.setTimeout(120_000);

const SYSTEM = 'rights-system';
const SERVED = 'rights-served';
const FOREIGN = 'rights-foreign';
const RBAC = 'rbac.authorization.k8s.io';
const WRITES = ['create', 'update', 'patch', 'delete', 'deletecollection'] as const;

const bed = new ChaosBed();
let everywhere: OperatorAccount;
let namespaced: OperatorAccount;

beforeAll(async () => {
  for (const name of [SYSTEM, SERVED, FOREIGN]) await bed.namespace(name);
  everywhere = await bed.accounts.of({ namespace: SYSTEM, watchNamespaces: [] });
  namespaced = await bed.accounts.of({ namespace: SERVED, watchNamespaces: [SERVED] });
});
afterAll(() => bed.clear());

/** The rights of every combination. */
function rights(group: string, resources: readonly string[], verbs: readonly string[]): Omit<Right, 'namespace'>[] {
  return resources.flatMap((resource) => verbs.map((verb) => ({ group, resource, verb })));
}

/** Who may write one of these decides about everybody's requests, or sees them. */
const ADMISSION = [
  ...['validatingwebhookconfigurations', 'mutatingwebhookconfigurations'],
  ...['validatingadmissionpolicies', 'validatingadmissionpolicybindings'],
  ...['mutatingadmissionpolicies', 'mutatingadmissionpolicybindings'],
];

/** What no operator may do, wherever it is asked. */
const NEVER: readonly Omit<Right, 'namespace'>[] = [
  ...rights('', ['secrets'], ['list', 'watch', 'update', 'deletecollection', '*']),
  ...rights('', ['namespaces', 'nodes', 'persistentvolumes', 'persistentvolumeclaims'], WRITES),
  ...rights('', ['pods'], ['create', 'update', 'delete', 'deletecollection', 'get']),
  ...rights(
    '',
    ['pods/exec', 'pods/attach', 'pods/portforward', 'pods/proxy', 'pods/ephemeralcontainers'],
    ['get', 'create', 'update', 'patch'],
  ),
  ...rights('', ['pods/log', 'pods/eviction', 'pods/binding', 'serviceaccounts/token'], ['get', 'create']),
  ...rights('', ['nodes/proxy', 'services/proxy', 'namespaces/finalize'], ['get', 'create', 'update']),
  ...rights('', ['users', 'groups', 'serviceaccounts'], ['impersonate']),
  ...rights('apps', ['daemonsets', 'statefulsets', 'replicasets'], WRITES),
  ...rights('batch', ['jobs', 'cronjobs'], WRITES),
  ...rights(RBAC, ['clusterroles', 'clusterrolebindings'], [...WRITES, 'get', 'list', 'escalate', 'bind']),
  ...rights(RBAC, ['roles', 'rolebindings'], ['escalate', 'bind', 'update', 'deletecollection']),
  ...rights('admissionregistration.k8s.io', ADMISSION, WRITES),
  ...rights('apiregistration.k8s.io', ['apiservices'], WRITES),
  ...rights('apiextensions.k8s.io', ['customresourcedefinitions'], [...WRITES, 'get', 'list']),
  ...rights('certificates.k8s.io', ['certificatesigningrequests', 'certificatesigningrequests/approval'], WRITES),
  ...rights('scheduling.k8s.io', ['priorityclasses'], WRITES),
  ...rights('policy', ['podsecuritypolicies'], ['use']),
  ...rights('tickstorm.io', ['tickstorms'], ['create', 'update', 'delete', 'deletecollection']),
  ...rights('*', ['*'], ['*', 'get', 'list', 'delete']),
];

/** Every single right that the operator's own list names. */
const DECLARED: readonly Omit<Right, 'namespace'>[] = instanceRules.flatMap(({ apiGroups, resources, verbs }) =>
  apiGroups.flatMap((group) => rights(group, resources, verbs)),
);

const inNamespace = (list: readonly Omit<Right, 'namespace'>[], namespace: string | undefined): Right[] =>
  list.map((right) => ({ ...right, namespace }));

/** Those of the rights that the account has, in words. */
async function held(account: OperatorAccount, asked: readonly Right[]): Promise<string[]> {
  const answers = await mayDo(bed.kubectl, account, asked);
  expect(answers).toHaveLength(asked.length);
  return asked.filter((_, index) => answers[index]).map((right) => inWords(right));
}

describe('the ServiceAccount of the chart', () => {
  it.each([
    ['for the whole cluster', () => everywhere],
    ['for some namespaces', () => namespaced],
  ])('%s holds none of the rights that it must not have', async (_, account) => {
    for (const namespace of [undefined, SYSTEM, SERVED, FOREIGN, 'kube-system']) {
      expect(await held(account(), inNamespace(NEVER, namespace))).toEqual([]);
    }
  });

  it('for the whole cluster holds every right that the operator declares, in every namespace', async () => {
    const asked = inNamespace(DECLARED, FOREIGN);
    expect(await held(everywhere, asked)).toEqual(asked.map((right) => inWords(right)));
  });

  it('sees nodes only where it serves the whole cluster', async () => {
    const nodes = ['list', 'watch'].map((verb) => ({ group: '', resource: 'nodes', verb }));
    expect(await held(everywhere, nodes)).toHaveLength(2);
    expect(await held(namespaced, nodes)).toEqual([]);
  });

  it('for some namespaces holds them there', async () => {
    const asked = inNamespace(DECLARED, SERVED);
    expect(await held(namespaced, asked)).toEqual(asked.map((right) => inWords(right)));
  });

  it.each([FOREIGN, 'kube-system', undefined])('for some namespaces holds none of them in %s', async (namespace) => {
    expect(await held(namespaced, inNamespace(DECLARED, namespace))).toEqual([]);
  });

  it('writes one Lease of its own namespace, and no other', async () => {
    const lease = { group: 'coordination.k8s.io', resource: 'leases' };
    for (const account of [everywhere, namespaced]) {
      const { namespace } = account;
      const name = 'tickstorm-operator';
      const mine = ['get', 'update'].map((verb) => ({ ...lease, verb, namespace, name }));
      expect(await held(account, mine)).toHaveLength(mine.length);
      const others = ['get', 'update', 'patch', 'delete', 'list'].flatMap((verb) => [
        { ...lease, verb, namespace, name: 'kube-scheduler' },
        { ...lease, verb, namespace: FOREIGN, name },
        { ...lease, verb, namespace: 'kube-system', name: 'kube-controller-manager' },
      ]);
      expect(await held(account, others)).toEqual([]);
    }
  });
});

describe('who has its token', () => {
  const as = (account: OperatorAccount, args: readonly string[], input?: object): Promise<string> => {
    const { name, namespace } = account;
    const who = `--as=system:serviceaccount:${namespace}:${name}`;
    return bed.kubectl.run([who, ...args], input === undefined ? undefined : JSON.stringify(input));
  };
  const apply = ['apply', '--server-side', '--dry-run=server', '-f', '-'];
  const role = (verbs: readonly string[]): object => ({
    apiVersion: `${RBAC}/v1`,
    kind: 'Role',
    metadata: { name: 'ladder', namespace: SERVED },
    rules: [{ apiGroups: [''], resources: ['secrets'], verbs }],
  });

  it('cannot read Secrets in bulk', async () => {
    await expect(as(everywhere, ['get', 'secrets', '--all-namespaces'])).rejects.toThrow(
      /User "system:serviceaccount:.*" cannot list resource "secrets"/,
    );
  });

  it('cannot grant what the operator does not hold', async () => {
    for (const account of [everywhere, namespaced]) {
      await expect(as(account, apply, role(['list']))).rejects.toThrow(/attempting to grant RBAC permissions/);
      await expect(as(account, apply, role(['get']))).resolves.toContain('serverside-applied');
    }
  });

  it('cannot bind a role that holds more', async () => {
    const binding = {
      apiVersion: `${RBAC}/v1`,
      kind: 'RoleBinding',
      metadata: { name: 'ladder', namespace: SERVED },
      roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: 'cluster-admin' },
      subjects: [{ kind: 'ServiceAccount', name: namespaced.name, namespace: SERVED }],
    };
    await expect(as(namespaced, apply, binding)).rejects.toThrow(/attempting to grant RBAC permissions/);
  });

  it('cannot make TickStorms', async () => {
    await expect(as(everywhere, apply, podless(SERVED, 'mine'))).rejects.toThrow(/cannot create resource "tickstorms"/);
  });
});
