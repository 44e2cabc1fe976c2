import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { operatorObjects, type LiveObject } from '../chaos/end-state.ts';
import { timedReport } from '../cluster/report.ts';
import { ensureTool } from '../cluster/tools.ts';
import { ensureImage } from '../images/ensure-image.ts';
import { installOperator, uninstallOperator, type OperatorRelease } from '../install/helm.ts';
import { createService, podsOf, untilCalm } from '../lossless/bed.ts';
import { crowd } from '../lossless/crowd.ts';
import { isLossless, runChanges } from '../lossless/ledger.ts';
import { LocalFleet } from '../lossless/local-fleet.ts';
import { ensureReleaseSource, whyMissing } from '../releases/release-source.ts';
import { RELEASES } from '../releases/releases.ts';
import { changesOf } from './changes-of.ts';
import { ledgerBed } from './ledger-bed.ts';
import { PATIENCE_MS, awaitObject, conditionOf, type TickStormObject } from './live-tick-storm.ts';
import { OPERATOR_NAMESPACE, OPERATOR_RELEASE, testCluster } from './test-cluster.ts';

jest.setTimeout(3 * PATIENCE_MS);
/** What a cold cache takes: the images of the release are built first. */
const BUILD_MS = 30 * 60_000;

const RELEASE = '0.1.0';
const CLIENTS = 36;
const NAME = 'ledger';
const CRD = 'tickstorms.tickstorm.io';
const namespace = 'e2e-upgrade-release';
const inNamespace = `--namespace=${namespace}`;
const resource = ['tickstorm', NAME, inNamespace];

/** All that the new operator may write for a service before somebody asks for new pods: its books on the Deployment. */
const BOOKS = {
  [`Deployment ${NAME}`]: [
    'annotations.tickstorm.io/intent-digest',
    'annotations.tickstorm.io/pod-template-by',
    'annotations.tickstorm.io/pod-template-held-back',
  ],
};

/** What the conditions are to say before and after: all is well. */
const WELL = {
  Ready: 'True',
  Available: 'True',
  CredentialsReady: 'True',
  EndpointAssigned: 'True',
  QuotaSufficient: 'True',
  LimitRangeConflict: 'False',
  DisruptionSafe: 'True',
  Paused: 'True',
};

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly lastTransitionTime: string;
}

/** The conditions by type, without PodsHeldBack, which the upgrade brings. */
function conditionsOf<K extends 'status' | 'lastTransitionTime'>(object: LiveObject, field: K): Record<string, string> {
  const conditions = (object.status?.conditions ?? []) as readonly Condition[];
  const told = conditions.filter(({ type }) => type !== 'PodsHeldBack');
  return Object.fromEntries(told.map((condition) => [condition.type, condition[field]]));
}

const missing = whyMissing(RELEASES[RELEASE]);
const suite = missing === undefined ? describe : describe.skip;
if (missing !== undefined) process.stderr.write(`the upgrade from ${RELEASE} is skipped: ${missing}\n`);

suite(`the upgrade from ${RELEASE} with live clients${missing === undefined ? '' : ` (skipped: ${missing})`}`, () => {
  const { cluster, kubectl, serverImage } = testCluster();
  const fleet = new LocalFleet();
  const bed = ledgerBed(namespace, NAME);
  const tickStorm = async (): Promise<LiveObject> => kubectl.get<LiveObject>(...resource);
  let current: OperatorRelease;
  let isCurrent = true;
  let source: string;
  let stored: LiveObject;

  const installCurrent = async (): Promise<void> => {
    await installOperator(current);
    isCurrent = true;
  };

  beforeAll(async () => {
    const report = timedReport(RELEASE);
    const helm = await ensureTool('helm', report);
    source = await ensureReleaseSource(RELEASE);
    const from = { root: source, prefix: `release-${RELEASE}-` };
    const server = await ensureImage('server', report, undefined, from);
    const operator = await ensureImage('operator', report, undefined, from);
    for (const { archive } of [server, operator]) await cluster.load(archive);

    const place = { helm, kubectl, release: OPERATOR_RELEASE, namespace: OPERATOR_NAMESPACE };
    const { spec } = await kubectl.get<{ spec: { template: { spec: { containers: [{ image: string }] } } } }>(
      ...['deployment', OPERATOR_RELEASE, `--namespace=${OPERATOR_NAMESPACE}`],
    );
    current = { ...place, images: { operator: spec.template.spec.containers[0].image, server: serverImage } };
    isCurrent = false;
    // As if nothing newer had ever been here. The operator goes last: it lets go of what other tests have left.
    await kubectl.run(['delete', 'crd', CRD, `--timeout=${PATIENCE_MS / 1_000}s`]);
    await uninstallOperator(place);
    const images = { operator: operator.reference, server: server.reference };
    await installOperator({ ...place, images, chart: join(source, 'charts', 'tick-storm-operator') });

    // Without an image of its own, so that the new default would be another one.
    const service = await createService(bed, NAME, { server: { drainSeconds: 4 } });
    // Where the nodes hear of one pod after the other, one has all clients, and some would be asked to move meanwhile.
    await kubectl.run(['annotate', ...resource, 'tickstorm.io/paused=rebalance']);
    await fleet.open(crowd(CLIENTS, service, service));
    await untilCalm(bed, NAME);
    stored = await tickStorm();
  }, BUILD_MS);

  afterAll(async () => {
    await fleet.close();
    // The other tests need it, however this one ends.
    if (!isCurrent) await installCurrent();
    await kubectl.run(['delete', 'namespace', namespace, '--ignore-not-found', '--wait=false']);
  });

  it('writes the books of the Deployment and nothing else, and disturbs neither pods nor clients', async () => {
    const before = await operatorObjects(kubectl, namespace);
    const pods = await podsOf(bed, NAME);
    let after: readonly LiveObject[] = [];
    const upgrade = {
      name: 'operator upgrade',
      run: async () => {
        await installCurrent();
        await awaitObject<TickStormObject, boolean>(kubectl, resource, 'the new pods to be held back', (object) => {
          return conditionOf(object, 'PodsHeldBack')?.reason === 'OperatorChanged';
        });
        await untilCalm(bed, NAME);
        after = await operatorObjects(kubectl, namespace);
        // It works on: a setting that travels in the ConfigMap arrives there.
        const change = JSON.stringify({ spec: { server: { logLevel: 'warn' } } });
        await kubectl.run(['patch', ...resource, '--type=merge', `--patch=${change}`]);
        await awaitObject<LiveObject, boolean>(
          kubectl,
          ['configmap', `${NAME}-config`, inNamespace],
          'the new log level',
          ({ data }) => String(data?.['config.json']).includes('"warn"'),
        );
        await untilCalm(bed, NAME);
      },
    };
    const rows = await runChanges(bed, fleet, [upgrade]);

    expect(changesOf(before, after)).toEqual(BOOKS);
    const now = after.find(({ kind }) => kind === 'TickStorm')!;
    expect(conditionsOf(stored, 'status')).toEqual(WELL);
    expect(conditionsOf(now, 'status')).toEqual(WELL);
    // Nor was one of them otherwise meanwhile; Ready may be, until the Deployment with its books has been taken up.
    const times = { ...conditionsOf(stored, 'lastTransitionTime'), Ready: expect.any(String) as unknown };
    expect(conditionsOf(now, 'lastTransitionTime')).toEqual(times);
    const undisturbed = { closes: 0, gaps: 0, missing: 0, duplicated: 0, outOfOrder: 0 };
    for (const { resuming, original } of rows) {
      expect(resuming).toMatchObject({ ...undisturbed, subscribedAtMs: [] });
      expect(original).toMatchObject(undisturbed);
      expect(resuming.ticks).toBeGreaterThan(1_000);
    }
    const uidsOf = (list: readonly { metadata: { uid: string } }[]): string[] =>
      list.map(({ metadata }) => metadata.uid).sort();
    expect(uidsOf(await podsOf(bed, NAME))).toEqual(uidsOf(pods));
  });

  it('keeps what is stored, which the new definition takes as well, and so all examples of the release', async () => {
    const { metadata, spec } = await tickStorm();
    expect(metadata.uid).toBe(stored.metadata.uid);
    expect(spec).toEqual({ ...stored.spec, server: { ...(stored.spec?.['server'] as object), logLevel: 'warn' } });
    const folder = join(source, 'examples');
    const files = (await readdir(folder)).filter((file) => file.endsWith('.yaml'));
    const examples = await Promise.all(
      files.map(async (file) => parse(await readFile(join(folder, file), 'utf8')) as LiveObject),
    );
    expect(examples.length).toBeGreaterThanOrEqual(5);
    // Made anew, since of an update the API server looks at nothing but what changes.
    const items = [stored, ...examples].map((object, index) => ({
      apiVersion: 'tickstorm.io/v1alpha1',
      kind: object.kind,
      metadata: { name: `copy-${index}`, namespace, annotations: object.metadata.annotations },
      spec: object.spec,
    }));
    const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
    const words = await kubectl.run(['create', '--dry-run=server', '--validate=strict', '-f', '-'], list);
    expect(words.trim().split('\n')).toEqual(
      items.map(({ metadata: { name } }) => `tickstorm.tickstorm.io/${name} created (server dry run)`),
    );
    const { status } = await kubectl.get<{ status: { storedVersions: string[] } }>('crd', CRD);
    expect(status.storedVersions).toEqual(['v1alpha1']);
  });

  it('replaces the pods when it is told to, and no client loses a tick, gets one twice or out of order', async () => {
    const versionOf = ({ status }: LiveObject): unknown => (status as { version?: unknown }).version;
    const former = await podsOf(bed, NAME);
    const restart = {
      name: 'server update',
      run: async () => {
        await kubectl.run(['annotate', ...resource, `tickstorm.io/restarted-at=${Date.now()}`]);
        await untilCalm(bed, NAME, former.length, ({ spec }) => spec.containers[0]?.image === serverImage);
        await awaitObject<TickStormObject, boolean>(kubectl, resource, 'nothing to be held back', (object) => {
          return conditionOf(object, 'PodsHeldBack') === undefined;
        });
      },
    };
    const rows = await runChanges(bed, fleet, [restart]);
    expect(isLossless(rows)).toBe(true);
    const [, moved] = rows;
    // Everybody had to move, most of them more than once at two pods.
    expect(moved!.resuming.subscribedAtMs.length).toBeGreaterThanOrEqual(moved!.resuming.pausesMs.length);
    expect(moved!.original.closes).toBeGreaterThanOrEqual(moved!.original.pausesMs.length);
    expect(versionOf(await tickStorm())).not.toBe(versionOf(stored));
  });
});
