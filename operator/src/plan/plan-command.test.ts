import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { KubeConfig } from '@kubernetes/client-node';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { stringify } from 'yaml';
import { KIND } from '../api/v1alpha1/group.ts';
import type { KubeObject } from '../runtime/kube-object.ts';
import { runPlanCommand } from './plan-command.ts';
import { ScriptedCluster } from './testing/scripted-cluster.ts';

let cluster: ScriptedCluster;
let config: KubeConfig;
let directory: string;
beforeEach(async () => {
  cluster = new ScriptedCluster();
  config = await cluster.start();
  directory = mkdtempSync(join(tmpdir(), 'plan-'));
});
afterEach(async () => {
  await cluster.stop();
  rmSync(directory, { recursive: true });
});

class Kept extends Writable {
  text = '';
  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    this.text += String(chunk);
    done();
  }
}

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function plan(
  input: string,
  args: readonly string[] = ['-f', '-', '-n', 'market'],
  environment: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  const [out, err] = [new Kept(), new Kept()];
  const code = await runPlanCommand({
    args,
    input: Readable.from([input]),
    out,
    err,
    loadKubeConfig: () => config,
    environment,
    defaultImage: 'default:1',
    version: '0.0.0',
  });
  return { code, out: out.text, err: err.text };
}

const tickStorm = (spec: object = {}, metadata: object = {}): KubeObject => ({
  apiVersion: 'tickstorm.io/v1alpha1',
  kind: KIND,
  metadata: { name: 'demo', ...metadata },
  spec,
});

const stored = (kind: string, name: string, fields: object = {}, metadata: object = {}): KubeObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, namespace: 'market', uid: `uid-${name}`, generation: 1, resourceVersion: '1', ...metadata },
  ...fields,
});

/** The operator's Deployment, as the chart makes it. */
function operatorWith(variables: Readonly<Record<string, string>>): KubeObject {
  const env = Object.entries(variables).map(([name, value]) => ({ name, value }));
  const labels = { 'app.kubernetes.io/part-of': 'tick-storm', 'app.kubernetes.io/component': 'operator' };
  const spec = { template: { spec: { containers: [{ name: 'operator', env }] } } };
  return stored('Deployment', 'operator', { spec }, { namespace: 'tick-storm-system', labels });
}

const conditionsIn = (text: string): string[] =>
  [...text.matchAll(/^note: TickStorm market\/demo: (?<condition>\w+ would .*?\)|\w+ (?:would|is) .*)/gm)].map(
    (match) => match.groups!['condition']!,
  );

describe('the conditions that a plan tells', () => {
  it('are, of a new TickStorm, all that do not wait for its pods', async () => {
    const { code, out, err } = await plan(stringify(tickStorm({ service: { type: 'ClusterIP' } })));
    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect(conditionsIn(out)).toEqual([
      'EndpointAssigned would be True (AddressAssigned)',
      'QuotaSufficient would be False (SurgeExceedsQuota)',
      'LimitRangeConflict would be False (LimitRangesFit)',
      'DisruptionSafe would be True (EvictionsPossible)',
      'CredentialsReady would be True (SecretGenerated)',
    ]);
  });

  it('are only those that would change or that warn, of one that is there', async () => {
    const standing = (type: string, status: string, reason: string): object => ({
      type,
      status,
      reason,
      message: '',
      lastTransitionTime: '2026-01-01T00:00:00Z',
    });
    const conditions = [
      standing('Ready', 'True', 'AllReplicasReady'),
      standing('EndpointAssigned', 'True', 'AddressAssigned'),
      standing('QuotaSufficient', 'False', 'SurgeExceedsQuota'),
      standing('LimitRangeConflict', 'False', 'LimitRangesFit'),
      standing('DisruptionSafe', 'True', 'EvictionsPossible'),
      standing('CredentialsReady', 'True', 'SecretFound'),
      standing('AddressesHidden', 'True', 'ClusterTrafficPolicy'),
    ];
    const live = tickStorm({ service: { type: 'ClusterIP' } }, { namespace: 'market', uid: 'u', generation: 1 });
    cluster.objects.push({ ...live, status: { conditions } });
    const { out } = await plan(stringify(tickStorm({ service: { type: 'ClusterIP' } })));
    expect(conditionsIn(out)).toEqual([
      'QuotaSufficient would be False (SurgeExceedsQuota)',
      'CredentialsReady would be True (SecretGenerated)',
      'AddressesHidden would no longer be there',
    ]);
  });

  const drained = stringify(tickStorm({ deletionPolicy: 'Drain' }));

  it('have DrainUnavailable where the operator serves some namespaces, as its Deployment says', async () => {
    cluster.objects.push(
      operatorWith({ WATCH_NAMESPACES: 'market, other', SERVER_IMAGE: 'registry.example/server:3' }),
    );
    const { out } = await plan(drained);
    expect(out).toContain('DrainUnavailable would be True (RightsEndWithNamespace): spec.deletionPolicy Drain acts as');
    expect(out).not.toContain('names no image');
  });

  it('have no DrainUnavailable where the operator serves all namespaces, or is said to', async () => {
    const said = await plan(drained, undefined, { WATCH_NAMESPACES: '' });
    expect(said.out).not.toContain('DrainUnavailable');
    cluster.objects.push(operatorWith({ WATCH_NAMESPACES: '' }));
    expect((await plan(drained)).out).not.toContain('DrainUnavailable');
  });

  it('have it in the namespace of the operator, and say where it is not known', async () => {
    const own = await plan(drained, undefined, { POD_NAMESPACE: 'market' });
    expect(own.out).toContain('DrainUnavailable would be True');
    const { out } = await plan(drained);
    expect(out).toContain(
      'DrainUnavailable is not known: there is no Deployment of the operator to be seen in namespace',
    );
  });

  it('say so where the operator does not serve the namespace', async () => {
    cluster.objects.push(operatorWith({ WATCH_NAMESPACES: 'other' }));
    const { out } = await plan(stringify(tickStorm()));
    expect(out).toContain('note: the operator serves namespaces other and not market: it would make nothing');
  });

  it.each<[string, object, string, RegExp]>([
    [
      'a Secret that is not there',
      { auth: { secretRef: { name: 'own' } } },
      'SecretNotFound',
      /Secret own of spec\.auth/,
    ],
    [
      'a certificate that is not there',
      { tls: { mode: 'Secret', secretRef: { name: 'crt' } } },
      'SecretNotFound',
      /crt/,
    ],
    [
      'cert-manager that is not there',
      { tls: { mode: 'CertManager', issuerRef: { name: 'ca' } } },
      'CertManagerMissing',
      /./,
    ],
  ])('name as the cause of Ready %s', async (_, spec, reason, message) => {
    const { out } = await plan(stringify(tickStorm(spec)));
    expect(out).toContain(`Ready would be False (${reason})`);
    expect(out).toContain(`Stalled would be True (${reason}): as Ready says, and waiting will not help`);
    expect(out).toMatch(message);
  });

  it('take a Secret that is in the files too for one that they know nothing of', async () => {
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'own', namespace: 'market' } };
    const { out, err } = await plan(
      `${stringify(secret)}---\n${stringify(tickStorm({ auth: { secretRef: { name: 'own' } } }))}`,
    );
    expect(err).toBe('plan: standard input: passed over, no TickStorm: Secret own\n');
    expect(out).toContain('CredentialsReady is not known: Secret own is in the files too');
    expect(out).not.toContain('demo: Ready would be False');
  });

  it('say what whoever may not read Secrets does not know', async () => {
    cluster.twist = ({ path }) =>
      path.includes('/secrets/')
        ? [403, 'secrets "demo-auth" is forbidden: User "jane" cannot get resource "secrets" in the namespace "market"']
        : undefined;
    const { code, out } = await plan(stringify(tickStorm()));
    expect(code).toBe(1);
    expect(out).toContain('CredentialsReady is not known: no right to get Secret demo-auth in namespace market');
    expect(out).not.toContain('+ Secret');
  });

  it('have Ready for what belongs to someone else, and leave the pods that would read it alone', async () => {
    cluster.objects.push(stored('ConfigMap', 'demo-config'));
    const { out } = await plan(stringify(tickStorm()));
    expect(out).toContain('! ConfigMap market/demo-config: exists and belongs to someone else');
    expect(out).toContain(
      '! Deployment market/demo: is left as it is: its pods would read ConfigMap market/demo-config',
    );
    expect(out).toContain('Ready would be False (ResourceConflict)');
  });

  it('have Ready for what admission refuses although the rights are there', async () => {
    cluster.twist = ({ path, method }) =>
      method === 'PATCH' && path.endsWith('/services/demo-service')
        ? [403, 'services "demo-service" is forbidden: exceeded quota: team, requested: services.loadbalancers=1']
        : undefined;
    const { code, out } = await plan(stringify(tickStorm()));
    expect(code).toBe(1);
    expect(out).toContain('! Service market/demo-service:');
    expect(out).toMatch(/Ready would be False \(ApplyFailed\): Service market\/demo-service: .*exceeded quota: team/);
  });

  it('have what a Role that is not there yet keeps whoever may not bind from trying out', async () => {
    cluster.twist = ({ path, method }) =>
      method === 'PATCH' && path.includes('/rolebindings/') ? [404, 'roles "demo-role" not found'] : undefined;
    const { out } = await plan(stringify(tickStorm()));
    expect(out).toContain('+ RoleBinding market/demo-rolebinding\n');
    expect(out).not.toContain('demo: Ready would be');
  });

  it('of a paused TickStorm are those that the operator goes on to tell', async () => {
    const live = tickStorm({}, { namespace: 'market', uid: 'u', generation: 3 });
    cluster.objects.push({ ...live, status: { observedGeneration: 3 } });
    const paused = tickStorm({ replicas: 5 }, { annotations: { 'tickstorm.io/paused': 'all' } });
    const { out } = await plan(stringify(paused));
    expect(out).toContain('is paused: the operator would touch none of its objects');
    expect(out).toContain('Ready would be Unknown (NotApplied)');
    expect(out).toContain('Paused would be True (PausedByAnnotation)');
    expect(out).toContain('QuotaSufficient would be');
  });

  it('leave zones open for whoever may not see nodes, and say what an operator of some namespaces sees of them', async () => {
    cluster.twist = ({ path }) =>
      path === '/api/v1/nodes' ? [403, 'User "jane" cannot list resource "nodes"'] : undefined;
    const zoned = stringify(tickStorm({ scheduling: { zoneAntiAffinity: 'Required' } }));
    expect((await plan(zoned)).out).toContain('ZonesSufficient is not known: no right to list nodes');
    const { out } = await plan(zoned, undefined, { WATCH_NAMESPACES: 'market' });
    expect(out).toContain('ZonesSufficient would be Unknown (NodesUnknown)');
  });
});

describe('a plan that cannot be made', () => {
  const demo = stringify(tickStorm());
  const file = (text: string): string => {
    const path = join(directory, 'f.yaml');
    writeFileSync(path, text);
    return path;
  };

  it.each<[string, string, string]>([
    ['an empty input', '', 'there is no TickStorm in standard input: a document with apiVersion tickstorm.io/v1alpha1'],
    ['only comments', '# nothing\n---\n---\n', 'there is no TickStorm in standard input'],
    [
      'other kinds only',
      'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n',
      'passed over, no TickStorm: ConfigMap a',
    ],
    [
      'another version',
      demo.replace('v1alpha1', 'v1'),
      'standard input:1: apiVersion "tickstorm.io/v1" of kind TickStorm',
    ],
    [
      'the same one twice',
      `${demo}---\n${demo}`,
      'market/demo is given twice: at standard input:1 and at standard input:7',
    ],
    [
      'a namespace that is not there',
      stringify(tickStorm({}, { namespace: 'none' })),
      'standard input:1: TickStorm none/demo: there is no namespace "none"; create it with kubectl create namespace none',
    ],
    [
      'a namespace that the files make',
      `apiVersion: v1\nkind: Namespace\nmetadata: { name: none }\n---\n${stringify(tickStorm({}, { namespace: 'none' }))}`,
      'standard input:5: TickStorm none/demo: there is no namespace "none"; the files make it: apply that first',
    ],
  ])('because of %s ends with 2 and says so', async (_, input, message) => {
    const { code, out, err } = await plan(input);
    expect(err).toContain(message);
    expect({ code, out }).toEqual({ code: 2, out: '' });
  });

  it('because the kind is not installed', async () => {
    cluster.missing.add(KIND);
    const { code, err } = await plan(demo);
    expect(err).toContain(
      'the cluster does not know TickStorms (tickstorm.io/v1alpha1): install their definition first',
    );
    expect(code).toBe(2);
  });

  it('because of what the API server refuses, with where it stands', async () => {
    const message = 'failed to create typed patch object: .spec.replcas: field not declared in schema';
    cluster.twist = ({ method }) => (method === 'PATCH' ? [500, message] : undefined);
    const path = file(demo);
    const { code, err } = await plan('', ['-f', path, '-n', 'market']);
    expect(err).toContain(`plan: ${path}:1: TickStorm market/demo is refused: apply /apis/tickstorm.io`);
    expect(err).toContain('.spec.replcas: field not declared');
    expect(code).toBe(2);
  });

  it.each([429, 503])('because the API server answers %d now, which is no refusal', async (status) => {
    cluster.twist = ({ method, path }) =>
      method === 'PATCH' && path.includes('/tickstorms/') ? [status, 'etcd is away'] : undefined;
    const { code, out, err } = await plan(demo);
    expect(err).toMatch(
      new RegExp(`^plan: the API server http://\\S+ could not answer now, .* ${status} .*etcd is away\\. Try again\n$`),
    );
    expect(err).not.toContain('refused');
    expect({ code, out }).toEqual({ code: 2, out: '' });
  });

  it('because a right is missing: which one, and which are needed', async () => {
    const message =
      'deployments.apps "demo" is forbidden: User "jane" cannot patch resource "deployments" in API group';
    cluster.twist = ({ method, path }) =>
      method === 'PATCH' && path.includes('/deployments/') ? [403, message] : undefined;
    const { code, err } = await plan(demo);
    expect(err).toContain('User "jane" cannot patch resource "deployments"');
    expect(err).toContain(
      'it needs the rights to get, create and patch these objects, and to list TickStorms, Deployments, pods',
    );
    expect(code).toBe(2);
  });

  it('because the credentials are refused', async () => {
    cluster.twist = () => [401, 'Unauthorized'];
    const { code, err } = await plan(demo);
    expect(err).toContain(`does not accept the credentials of the kubeconfig's current context: log in anew`);
    expect(code).toBe(2);
  });

  it('because nobody listens where the API server should be, by address and by a name with several', async () => {
    const { port } = new URL(config.getCurrentCluster()!.server);
    await cluster.stop();
    for (const host of ['127.0.0.1', 'localhost']) {
      const gone = new KubeConfig();
      const server = `http://${host}:${port}`;
      gone.loadFromClusterAndUser({ name: 'gone', server, skipTLSVerify: true }, { name: 'user' });
      config = gone;
      const { code, err } = await plan(demo);
      expect(err).toContain(`plan: cannot reach the API server ${server}: nobody listens there. Is it up`);
      expect(code).toBe(2);
    }
    await cluster.start();
  });

  it('because what answers is no API server', async () => {
    cluster.twist = () => [200, { hello: 'world' }];
    const { code, err } = await plan(demo);
    expect(err).toMatch(/what answers at http:\/\/127\.0\.0\.1:\d+ is no Kubernetes API/);
    expect(code).toBe(2);
  });

  it.each([
    ['that is not there', 'none.yaml', 'there is no such file'],
    ['that is a directory', '.', 'it is a directory; name the files in it'],
  ])('because of a file %s', async (_, name, message) => {
    const path = join(directory, name);
    const { code, err } = await plan('', ['-f', path]);
    expect(err).toBe(`plan: cannot read ${path}: ${message}\n`);
    expect(code).toBe(2);
  });

  it.each([
    [[], 'no file given'],
    [['f.yaml'], "Unexpected argument 'f.yaml'"],
    [['-f', '-', '-n', ''], '-n has no value'],
    [['-f', '-', '--force'], "Unknown option '--force'"],
  ])('because of the arguments %j ends with 64', async (args, message) => {
    const { code, err } = await plan(demo, args);
    expect(err).toContain(message);
    expect(code).toBe(64);
  });

  it('takes an empty namespace for none', async () => {
    const { code, out } = await plan(stringify(tickStorm({}, { namespace: '' })));
    expect(code).toBe(1);
    expect(out).toContain('+ TickStorm market/demo\n');
  });

  it('shows no control characters of a file or of an answer', async () => {
    cluster.twist = ({ method }) => (method === 'PATCH' ? [422, 'bad \u001B[31mvalue'] : undefined);
    const { err } = await plan(demo);
    expect(err).toContain('bad �[31mvalue');
  });
});
