import { beforeAll, describe, expect, it } from '@jest/globals';
import { clusterRules, instanceRules, leaderElectionRules } from '@tick-storm/operator/api';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { timedReport } from '../cluster/report.ts';
import { ensureTool } from '../cluster/tools.ts';
import { projectVersion } from '../releases/project-version.ts';
import { HelmChart, inventory, only, type RenderedObject, type RenderedPod, type Rule } from './helm-chart.ts';

const root = join(import.meta.dirname, '..', '..');
const valuesFile = (name: string): string => `--values=${join(import.meta.dirname, 'testdata', `${name}.yaml`)}`;
const namespaced = valuesFile('namespaced');
const everything = valuesFile('everything');
const prefix = 'storm-tick-storm-operator';

function podOf(objects: readonly RenderedObject[]): RenderedPod {
  const template = only(objects, 'Deployment').spec?.template;
  if (template === undefined) throw new Error('the Deployment has no pod template');
  return template.spec;
}
const rulesOf = (object: RenderedObject): readonly Rule[] => object.rules ?? [];
const environment = (objects: readonly RenderedObject[]): Record<string, unknown> =>
  Object.fromEntries(podOf(objects).containers[0].env.map(({ name, value, valueFrom }) => [name, value ?? valueFrom]));

let chart: HelmChart;
beforeAll(async () => {
  // A cold cache builds Helm first, which takes minutes.
  chart = new HelmChart(await ensureTool('helm', timedReport('chart')), join(root, 'charts', 'tick-storm-operator'));
}, 30 * 60_000);

describe('the chart', () => {
  it.each([
    ['defaults', []],
    ['namespaced', [namespaced]],
    ['everything set', [everything]],
  ])('passes lint with %s', async (_name, args) => {
    await expect(chart.lint(args)).resolves.toContain('1 chart(s) linted, 0 chart(s) failed');
  });

  it('has the version of the programs that it installs', async () => {
    const version = projectVersion();
    expect(parse(await readFile(join(chart.folder, 'Chart.yaml'), 'utf8'))).toMatchObject({
      version,
      appVersion: version,
    });
  });

  it('installs one operator for the whole cluster by default', async () => {
    expect(inventory(await chart.render([]))).toEqual([
      `ClusterRole ${prefix}`,
      `ClusterRole ${prefix}-edit`,
      `ClusterRole ${prefix}-view`,
      `ClusterRoleBinding ${prefix}`,
      'CustomResourceDefinition tickstorms.tickstorm.io',
      `Deployment operators ${prefix}`,
      `Role operators ${prefix}-leader-election`,
      `RoleBinding operators ${prefix}-leader-election`,
      `Service operators ${prefix}-metrics`,
      `ServiceAccount operators ${prefix}`,
      `ValidatingAdmissionPolicy ${prefix}`,
      `ValidatingAdmissionPolicyBinding ${prefix}`,
    ]);
  });

  it('quotes names that YAML would read as something else', async () => {
    // A namespace may be called `no` or `123`, and a release likewise.
    const objects = await chart.render(['--set-string=watchNamespaces={no,123}', '--set-string=priorityClassName=123']);
    const namespaces = objects.filter(({ kind }) => kind === 'Role').map(({ metadata }) => metadata.namespace);
    expect(namespaces).toEqual(expect.arrayContaining(['no', '123']));
    expect(podOf(objects)).toMatchObject({ priorityClassName: '123' });
    const named = await chart.render(['--set-string=fullnameOverride=on', '--set-string=nameOverride=123']);
    expect(only(named, 'Deployment').metadata).toMatchObject({
      name: 'on',
      labels: { 'app.kubernetes.io/name': '123' },
    });
    expect(podOf(named).serviceAccountName).toBe('on');
  });

  it.each(['nameOverride=a: b', 'fullnameOverride=A_b', 'serviceAccount.name=a b'])(
    'refuses %s, which is no name',
    async (setting) => {
      await expect(chart.render([`--set-string=${setting}`])).rejects.toThrow(/does not match pattern/);
    },
  );

  it('owns the strategy of a rolling update, so that an upgrade can go to Recreate', async () => {
    const strategyWith = async (leaderElection: boolean): Promise<unknown> =>
      only(await chart.render([`--set=leaderElection=${leaderElection}`]), 'Deployment').spec;
    expect(await strategyWith(true)).toMatchObject({
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
    });
    expect(await strategyWith(false)).toMatchObject({ strategy: { type: 'Recreate' } });
  });

  it('binds every role to the account that the pod runs under', async () => {
    const objects = await chart.render([]);
    const account = podOf(objects).serviceAccountName;
    const bindings = objects.filter(({ kind }) => kind.endsWith('RoleBinding'));
    expect(bindings).toHaveLength(2);
    for (const binding of bindings) {
      expect(binding.subjects).toEqual([{ kind: 'ServiceAccount', name: account, namespace: 'operators' }]);
    }
  });

  it('runs the operator under the restricted pod security standard', async () => {
    const pod = podOf(await chart.render([]));
    expect(pod['securityContext']).toMatchObject({
      runAsNonRoot: true,
      runAsUser: 65532,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(pod.containers[0]['securityContext']).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    for (const field of ['hostNetwork', 'hostPID', 'hostIPC', 'volumes']) expect(pod[field]).toBeUndefined();
  });

  it('declares all that a quota may demand, so that the operator fits in a namespace with one', async () => {
    const { requests, limits } = podOf(await chart.render([])).containers[0].resources;
    expect(Object.keys(requests).sort()).toEqual(['cpu', 'ephemeral-storage', 'memory']);
    expect(Object.keys(limits).sort()).toEqual(['cpu', 'ephemeral-storage', 'memory']);
    expect(requests).toMatchObject({ cpu: '50m', memory: '144Mi' });
    // Half of it is the heap's: above the 80 MiB that 1,000 TickStorms of six pods need, beside 130 MiB for all else.
    expect(limits).toMatchObject({ memory: '384Mi' });
  });

  it('probes and scrapes the port that the operator is told to listen on', async () => {
    const objects = await chart.render([]);
    const [container] = podOf(objects).containers;
    expect(environment(objects)).toMatchObject({ METRICS_ADDR: ':8081' });
    expect(container['ports']).toEqual([{ name: 'metrics', containerPort: 8081, protocol: 'TCP' }]);
    expect(container['livenessProbe']).toMatchObject({ httpGet: { path: '/healthz', port: 'metrics' } });
    expect(container['readinessProbe']).toMatchObject({ httpGet: { path: '/readyz', port: 'metrics' } });
    const service = only(objects, 'Service').spec;
    expect(service).toMatchObject({ ports: [{ name: 'metrics', port: 8081, targetPort: 'metrics' }] });
    expect(only(objects, 'Deployment').spec?.template?.metadata.labels).toMatchObject(service?.selector ?? {});
  });

  it('tells the operator where it runs and which server image to use', async () => {
    expect(environment(await chart.render([]))).toEqual({
      WATCH_NAMESPACES: '',
      SERVER_IMAGE: `localhost/tick-storm-server:${projectVersion()}`,
      POD_NAME: { fieldRef: { fieldPath: 'metadata.name' } },
      POD_NAMESPACE: { fieldRef: { fieldPath: 'metadata.namespace' } },
      METRICS_ADDR: ':8081',
      LOG_LEVEL: 'info',
      LEADER_ELECTION: 'true',
      HOST_LEVEL_OVERLAYS: 'false',
      RECONCILE_WORKERS: '4',
      KUBE_API_QPS: '50',
      KUBE_API_BURST: '100',
      DISCOVERY_SECONDS: '60',
    });
  });

  it("leaves the numbers to the operator where a release's values are reused that had none", async () => {
    expect(environment(await chart.render(['--set=tuning=null']))).not.toHaveProperty('KUBE_API_QPS');
  });
});

/** One line per right, so that rules which say the same in another way are equal. */
const rights = (rules: readonly Rule[]): string[] =>
  rules
    .flatMap(({ apiGroups, resources, verbs }) =>
      apiGroups.flatMap((group) =>
        resources.flatMap((resource) => verbs.map((verb) => `${group}/${resource} ${verb}`)),
      ),
    )
    .sort();

describe('permissions', () => {
  it('are exactly what the operator says that it needs', async () => {
    const objects = await chart.render([]);
    expect(rights(rulesOf(only(objects, 'ClusterRole', prefix)))).toEqual(rights([...instanceRules, ...clusterRules]));
    expect(rights(rulesOf(only(objects, 'Role')))).toEqual(rights(leaderElectionRules));
  });

  it('never open all Secrets, and never use wildcards', async () => {
    for (const args of [[], [namespaced], [everything]]) {
      const rules = (await chart.render(args)).filter(({ kind }) => /^(Cluster)?Role$/.test(kind)).flatMap(rulesOf);
      expect(JSON.stringify(rules)).not.toContain('*');
      const secretVerbs = rules.filter(({ resources }) => resources.includes('secrets')).flatMap(({ verbs }) => verbs);
      expect(new Set(secretVerbs)).toEqual(new Set(['get', 'create', 'patch', 'delete']));
    }
  });

  it('are Roles in the listed namespaces when there is a list, and nothing cluster-wide', async () => {
    const objects = await chart.render([namespaced]);
    expect(inventory(objects)).toEqual([
      `Deployment operators ${prefix}`,
      `Role market ${prefix}`,
      `Role market-test ${prefix}`,
      `Role operators ${prefix}-leader-election`,
      `RoleBinding market ${prefix}`,
      `RoleBinding market-test ${prefix}`,
      `RoleBinding operators ${prefix}-leader-election`,
      `Service operators ${prefix}-metrics`,
      `ServiceAccount operators ${prefix}`,
    ]);
    expect(environment(objects)['WATCH_NAMESPACES']).toBe('market,market-test');
    for (const role of objects.filter(({ metadata }) => metadata.namespace?.startsWith('market'))) {
      if (role.kind === 'Role') expect(rights(rulesOf(role))).toEqual(rights(instanceRules));
      else expect(role.subjects).toEqual([{ kind: 'ServiceAccount', name: prefix, namespace: 'operators' }]);
    }
  });

  it('add TickStorms to the view and edit roles, status never writable', async () => {
    const objects = await chart.render([]);
    const view = only(objects, 'ClusterRole', `${prefix}-view`);
    const edit = only(objects, 'ClusterRole', `${prefix}-edit`);
    expect(view.metadata.labels).toMatchObject({ 'rbac.authorization.k8s.io/aggregate-to-view': 'true' });
    expect(edit.metadata.labels).toMatchObject({ 'rbac.authorization.k8s.io/aggregate-to-edit': 'true' });
    expect(edit.metadata.labels).not.toHaveProperty('rbac.authorization.k8s.io/aggregate-to-view');
    expect(new Set(rulesOf(view).flatMap(({ verbs }) => verbs))).toEqual(new Set(['get', 'list', 'watch']));
    expect(rulesOf(edit).flatMap(({ resources }) => resources)).toEqual(['tickstorms', 'tickstorms/scale']);
  });

  it('on Leases are there only with leader election', async () => {
    const leases = (objects: RenderedObject[]): RenderedObject[] =>
      objects.filter((object) => JSON.stringify(object.rules ?? []).includes('leases'));
    expect(leases(await chart.render([])).map(({ kind }) => kind)).toEqual(['Role']);
    const without = await chart.render(['--set=leaderElection=false']);
    expect(leases(without)).toEqual([]);
    expect(only(without, 'Deployment').spec).toMatchObject({ strategy: { type: 'Recreate' } });
    expect(environment(without)['LEADER_ELECTION']).toBe('false');
  });
});

describe('the admission policy', () => {
  const args = ['--set=watchNamespaces={market,no}', '--set=hostLevelOverlays=true'];

  it('binds in the namespaces that are served', async () => {
    const everywhere = only(await chart.render([]), 'ValidatingAdmissionPolicyBinding');
    expect(everywhere.spec).toEqual({ policyName: prefix, validationActions: ['Deny'] });
    expect(only(await chart.render(args), 'ValidatingAdmissionPolicyBinding').spec).toMatchObject({
      matchResources: {
        namespaceSelector: { matchExpressions: [{ key: 'kubernetes.io/metadata.name', values: ['market', 'no'] }] },
      },
    });
  });

  it('lets the operator take what it has let pass only where that is asked for', async () => {
    expect(environment(await chart.render(args))['HOST_LEVEL_OVERLAYS']).toBe('true');
    const off = await chart.render(['--set=admissionPolicy.enabled=false']);
    expect(off.filter(({ kind }) => kind.startsWith('ValidatingAdmission'))).toEqual([]);
  });
});

describe('values', () => {
  it('reach the objects', async () => {
    const objects = await chart.render([everything]);
    const pod = podOf(objects);
    const digest = 'sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef';
    expect(pod.containers[0]).toMatchObject({
      image: `registry.example/ops/tick-storm-operator:1.2.3@${digest}`,
      imagePullPolicy: 'Always',
    });
    expect(environment(objects)).toMatchObject({
      SERVER_IMAGE: 'registry.example/ops/tick-storm-server:1.2.4',
      LOG_LEVEL: 'debug',
      RECONCILE_WORKERS: '8',
      KUBE_API_QPS: '200',
      KUBE_API_BURST: '400',
      DISCOVERY_SECONDS: '15',
    });
    expect(pod).toMatchObject({
      serviceAccountName: 'existing',
      imagePullSecrets: [{ name: 'registry' }],
      priorityClassName: 'system-cluster-critical',
      nodeSelector: { 'kubernetes.io/os': 'linux' },
      tolerations: [{ key: 'control', operator: 'Exists' }],
      affinity: { podAntiAffinity: {} },
      topologySpreadConstraints: [{ maxSkew: 1 }],
    });
    const deployment = only(objects, 'Deployment', 'storm');
    expect(deployment.spec).toMatchObject({
      replicas: 2,
      template: { metadata: { annotations: { note: 'yes' }, labels: { tier: 'control', team: 'market-data' } } },
    });
    expect(objects.filter(({ kind }) => kind === 'ServiceAccount')).toEqual([]);
    expect(only(objects, 'ServiceMonitor')).toMatchObject({
      metadata: { labels: { release: 'prometheus' } },
      spec: { endpoints: [{ port: 'metrics', interval: '15s' }] },
    });
    for (const { metadata } of objects) expect(metadata.labels).toMatchObject({ team: 'market-data' });
  });

  it.each([
    ['an unknown one', '--set=replica=2', "additional properties 'replica' not allowed"],
    ['a wrong type', '--set=replicas=two', "at '/replicas': got string, want integer"],
    [
      'a level that does not exist',
      '--set=logLevel=loud',
      "at '/logLevel': value must be one of 'error', 'warn', 'info', 'debug'",
    ],
    ['more workers than there may be', '--set=tuning.reconcileWorkers=65', "at '/tuning/reconcileWorkers': maximum"],
    ['half a request per second', '--set=tuning.kubeAPIQPS=0.5', "at '/tuning/kubeAPIQPS'"],
    ['no burst', '--set=tuning.kubeAPIBurst=0', "at '/tuning/kubeAPIBurst': minimum"],
    ['a time without end', '--set=tuning.discoverySeconds=10000', "at '/tuning/discoverySeconds': maximum"],
    ['a variable for a value', '--set=tuning.KUBE_API_QPS=50', "additional properties 'KUBE_API_QPS' not allowed"],
    ['a namespace that cannot be', '--set=watchNamespaces={Market}', "at '/watchNamespaces/0'"],
    ["a tag within the repository's digest", '--set=image.digest=latest', "at '/image/digest'"],
    ['a quantity that cannot be read', '--set=resources.limits.memory=1GB', "at '/resources/limits/memory'"],
    [
      'an overlay that nobody guards',
      '--set=hostLevelOverlays=true,admissionPolicy.enabled=false',
      'hostLevelOverlays needs admissionPolicy.enabled',
    ],
    [
      'several operators without a leader',
      '--set=replicas=2,leaderElection=false',
      'set leaderElection to true or replicas to 1',
    ],
  ])('are refused with their place when there is %s', async (_name, argument, message) => {
    await expect(chart.render([argument])).rejects.toThrow(message);
  });
});

describe('the notes', () => {
  it('name a namespace that is served and what becomes of the CRD', async () => {
    expect(await chart.notes([])).toContain('every namespace');
    expect(await chart.notes([])).toContain('Uninstalling leaves the CRD and all TickStorms in place');
    const listed = await chart.notes([namespaced]);
    expect(listed).toContain('the namespaces market, market-test');
    expect(listed).toContain('namespace: market\n');
    expect(listed).toContain('crds.enabled is false');
    expect(await chart.notes([everything])).toContain('uninstalling deletes the CRD');
  });
});
