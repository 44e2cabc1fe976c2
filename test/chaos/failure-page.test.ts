import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { waitFor } from '../cluster/wait.ts';
import { repositoryRoot } from '../images/repository-root.ts';
import { ChaosBed } from './chaos-bed.ts';
import { operatorObjects } from './end-state.ts';
import { laterCrd } from './later-crd.ts';
import { becomeReady, change } from './provocations.ts';
import { paragraphOf, tellsOf, type Failure } from './shown-failure.ts';
import { FAILURES, LONG_WINDED, NAMESPACE_GOES, NAMESPACES } from './shown-failures.ts';
import { podless } from './tick-storms.ts';
import { viewOf, type TickStormView } from './tick-storm-view.ts';

// What docs/failure-modes.md shows of failures is what kubectl shows. UPDATE_GOLDEN=1 writes it anew; then read the diff.

jest.setTimeout(180_000);

const PAGE = join(repositoryRoot, 'docs/failure-modes.md');
const SECTION = /(?<=<!-- generated: begin -->\n\n).*(?=\n\n<!-- generated: end -->)/s;
const POLICIES = 'validatingadmissionpolicies,validatingadmissionpolicybindings';
const bed = new ChaosBed();
const { kubectl } = bed;

interface LiveEvent {
  readonly metadata: { readonly name: string };
  readonly reason: string;
  readonly note: string;
  readonly series?: { readonly count: number };
}

beforeAll(async () => {
  const system = await bed.namespace('failure-page-system');
  await kubectl.apply(await laterCrd(), ['--server-side']);
  for (const namespace of NAMESPACES) await bed.namespace(namespace);
  const operator = await bed.operator('failure-page', await bed.proxy(), { namespace: system, watchNamespaces: [] });
  await operator.logged('caches are complete, reconciling');
  // Calm until the others have been looked at.
  const { namespace, name } = NAMESPACE_GOES;
  await kubectl.apply(podless(namespace, name), ['--server-side']);
  await becomeReady(bed, namespace, name);
});
afterAll(async () => {
  await kubectl.run(['delete', POLICIES, 'frozen-services', 'wordy-services', '--ignore-not-found']);
  await kubectl.run(['delete', 'validatingwebhookconfigurations', 'ledger', '--ignore-not-found']);
  await bed.clear();
  await bed.controlPlane.applyCrd();
});

/** Brings a failure about. @returns what the TickStorm's description says once it tells of it */
async function provoked(failure: Failure): Promise<TickStormView> {
  const { namespace, name, spec, annotations = {} } = failure;
  await failure.prepare?.(bed);
  const tickStorm = podless(namespace, name, spec) as { readonly metadata: object };
  const metadata = { ...tickStorm.metadata, annotations };
  await kubectl.apply({ ...tickStorm, metadata }, ['--server-side']);
  await failure.provoke?.(bed);
  return await waitFor(
    async () => {
      const view = await viewOf(kubectl, namespace, name);
      if (!tellsOf(failure, view)) throw new Error(JSON.stringify(view, undefined, 2));
      return view;
    },
    { what: `TickStorm ${name} to tell of its failure`, timeoutMs: 60_000, intervalMs: 300 },
  );
}

const eventsOf = async (name: string, reason: string): Promise<readonly LiveEvent[]> => {
  const { items } = await kubectl.get<{ readonly items: readonly LiveEvent[] }>(
    'events.events.k8s.io',
    '--namespace=market',
    `--field-selector=regarding.name=${name},reason=${reason}`,
  );
  return items;
};

it('the page shows the conditions and events of failures as kubectl does', async () => {
  const [, ...paragraphs] = await Promise.all([
    provoked(LONG_WINDED),
    ...FAILURES.map(async (failure) => paragraphOf(failure, await provoked(failure))),
  ]);
  const goOn = await bed.controlPlane.stall('kube-controller-manager');
  try {
    paragraphs.push(paragraphOf(NAMESPACE_GOES, await provoked(NAMESPACE_GOES)));
  } finally {
    goOn();
  }
  const section = paragraphs.join('\n\n');
  const page = await readFile(PAGE, 'utf8');
  if (process.env['UPDATE_GOLDEN'] === '1')
    await writeFile(
      PAGE,
      page.replace(SECTION, () => section),
    );
  expect(SECTION.exec(await readFile(PAGE, 'utf8'))?.[0]).toBe(section);
});

it('what happens again is counted in the event that told of it first', async () => {
  const events = await eventsOf('edited', 'Restored');
  expect(events.map(({ series }) => series?.count)).toEqual([3]);
});

it('an event has as much of a long message as the API server takes, and the condition has all of it', async () => {
  const { conditions } = await viewOf(kubectl, LONG_WINDED.namespace, LONG_WINDED.name);
  const message = conditions.find(({ type }) => type === 'Ready')!.message;
  const [event, ...others] = await eventsOf('wordy', 'ApplyFailed');
  expect(others).toEqual([]);
  expect(Buffer.byteLength(message)).toBeGreaterThan(2_000);
  expect(message.startsWith(event!.note)).toBe(true);
  // At most 1,024, and less by a part of one character.
  expect([1_022, 1_023, 1_024]).toContain(Buffer.byteLength(event!.note));
});

it('a spec that does not fit takes nothing away: neither objects nor its part in the quota', async () => {
  const objects = await operatorObjects(kubectl, 'crowded');
  const names = objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
  expect(names).toEqual(expect.arrayContaining(['Deployment later', 'ConfigMap later-config', 'Secret later-auth']));
  // 20 of them for the other one.
  expect(objects.find(({ kind }) => kind === 'ResourceQuota')?.spec).toMatchObject({ hard: { pods: '27' } });
});

it('a TickStorm is as declared once what stood in its way is gone', async () => {
  const secret = (name: string, stringData: object): object => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace: 'market' },
    stringData,
  });
  const items = [
    secret('desk', { username: 'desk', password: 'given' }),
    secret('desk-tls', { 'tls.crt': 'given', 'tls.key': 'given' }),
  ];
  await kubectl.apply({ apiVersion: 'v1', kind: 'List', items });
  await change(bed, 'market', 'configmap/again-config', { metadata: { finalizers: null } });
  await change(bed, 'crowded', 'tickstorm/later', { spec: { deletionPolicy: 'Immediate' } });
  await becomeReady(bed, 'market', 'keyless');
  await becomeReady(bed, 'market', 'again');
  await becomeReady(bed, 'crowded', 'later');
});

it('every event was recorded', async () => {
  const log = await readFile(join(bed.operatorLogs, 'failure-page.log'), 'utf8');
  expect(log).toContain('operator started');
  // Of other namespaces that other tests have left to their end it may say so.
  const lost = log
    .split('\n')
    .filter((line) => line.includes('an event was not recorded'))
    .filter((line) => NAMESPACES.some((namespace) => line.includes(`/namespaces/${namespace}/`)));
  expect(lost).toEqual([]);
});
