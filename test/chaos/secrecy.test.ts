import { afterEach, expect, it, jest } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ChaosBed } from './chaos-bed.ts';
import { settled } from './end-state.ts';
import type { Fault, ProxiedRequest } from './fault.ts';
import { runPlan } from './run-plan.ts';
import { podless } from './tick-storms.ts';

jest.setTimeout(120_000);

const bed = new ChaosBed();
afterEach(() => bed.clear());

const GIVEN = { username: 'given-user-a1b2c3', password: 'given-password-d4e5f6' };
const CERTIFICATE = { 'tls.crt': 'given-certificate-g7h8i9', 'tls.key': 'given-key-j1k2l3' };

/** Every write of a Secret fails once in each of these ways before it succeeds: errors like to quote what was sent. */
function failingSecrets(): (request: ProxiedRequest) => Fault | undefined {
  const kinds: readonly Fault[] = [
    { kind: 'status', status: 500 },
    { kind: 'garbage' },
    { kind: 'reset' },
    { kind: 'lose-answer' },
  ];
  const seen = new Map<string, number>();
  return ({ method, path }) => {
    if (!path.includes('/secrets')) return undefined;
    const key = `${method} ${path}`;
    const index = seen.get(key) ?? 0;
    seen.set(key, index + 1);
    return kinds[index];
  };
}

it('no credential reaches logs, events, status, metrics or any object but its Secret', async () => {
  const namespace = await bed.namespace('secrecy');
  const inNamespace = `--namespace=${namespace}`;
  await bed.kubectl.apply({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'given', namespace },
    stringData: { ...GIVEN, users: `${GIVEN.username}:not-a-hash` },
  });
  await bed.kubectl.apply({
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'kubernetes.io/tls',
    metadata: { name: 'given-tls', namespace },
    stringData: CERTIFICATE,
  });
  await bed.kubectl.apply(podless(namespace, 'made'), ['--server-side']);
  const auth = { secretRef: { name: 'given' }, usersSecretRef: { name: 'given' } };
  const tls = { mode: 'Secret', secretRef: { name: 'given-tls' } };
  await bed.kubectl.apply(podless(namespace, 'named', { auth, tls }), ['--server-side']);
  const release = { namespace, watchNamespaces: [namespace] };
  const operator = await bed.operator('secrecy', await bed.proxy({ fault: failingSecrets() }), {
    ...release,
    environment: { LOG_LEVEL: 'debug' },
  });
  await settled(bed.kubectl, namespace);
  await operator.idle();

  const { items } = await bed.kubectl.get<{ items: { metadata: { name: string }; data: Record<string, string> }[] }>(
    'secrets',
    inNamespace,
  );
  expect(items.map(({ metadata }) => metadata.name)).toEqual([
    'given',
    'given-tls',
    'made-admin',
    'made-auth',
    'named-admin',
  ]);
  // The user name of generated credentials is no secret: it is the same everywhere.
  const encoded = items.flatMap(({ data }) => Object.values(data)).filter((value) => value !== btoa('tick-storm'));
  const needles = encoded.flatMap((value) => [value, atob(value)]);
  expect(needles.length).toBeGreaterThanOrEqual(2 * (3 + 2 + 3));

  // Of each TickStorm a change, and of one more everything, its Secrets included.
  const plans = [
    podless(namespace, 'made', { server: { logLevel: 'debug' } }),
    podless(namespace, 'named', { auth: { secretRef: { name: 'given' } } }),
    podless(namespace, 'planned', { auth: { usersSecretRef: { name: 'given' } }, tls }),
  ];
  const plan = await runPlan(bed, await bed.proxy({ asAdministrator: true }), plans);
  expect([plan.code, plan.err]).toEqual([1, '']);
  const troubled = await runPlan(bed, await bed.proxy({ asAdministrator: true, fault: failingSecrets() }), plans);

  const kinds = (await bed.kubectl.run(['api-resources', '--namespaced', '--verbs=list', '--output=name']))
    .split('\n')
    .filter((kind) => kind !== '' && kind !== 'secrets' && !kind.includes('metrics.k8s.io'));
  const places = {
    log: await readFile(join(bed.operatorLogs, 'secrecy.log'), 'utf8'),
    metrics: await operator.metrics(),
    plan: plan.out,
    'plan in trouble': troubled.out + troubled.err,
    objects: await bed.kubectl.run(['get', kinds.join(','), inNamespace, '--output=json', '--show-managed-fields']),
  };
  // What was looked through is what there is to look through.
  expect(places.log).toContain('operator started');
  expect(places.log).toContain('injected');
  expect(places.metrics).toContain('tick_storm_operator_');
  for (const word of [
    `+ Secret ${namespace}/planned-auth`,
    `~ TickStorm ${namespace}/made`,
    `~ TickStorm ${namespace}/named`,
  ]) {
    expect(places.plan).toContain(word);
  }
  expect(places['plan in trouble']).not.toBe('');
  const event = '"reportingController": "tickstorm.io/operator"';
  for (const word of [event, '"kind": "TickStorm"', 'CredentialsReady', 'CertificateFound', 'made-auth']) {
    expect(places.objects).toContain(word);
  }
  for (const [place, text] of Object.entries(places)) {
    expect([place, needles.filter((needle) => text.includes(needle))]).toEqual([place, []]);
  }
});
