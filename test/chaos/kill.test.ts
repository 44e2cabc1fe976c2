import { afterAll, afterEach, beforeAll, expect, it, jest } from '@jest/globals';
import { isDeepStrictEqual } from 'node:util';
import { waitFor } from '../cluster/wait.ts';
import { ChaosBed } from './chaos-bed.ts';
import { comparable, operatorObjects, settled } from './end-state.ts';
import { isWorkWrite, type ProxiedRequest } from './fault.ts';
import { installForeignCrds } from './foreign-crds.ts';
import { HollowNode, isStaying, podsOf } from './hollow-node.ts';
import type { Release } from './operator-accounts.ts';
import type { OperatorProcess } from './operator-process.ts';
import { podless } from './tick-storms.ts';

jest.setTimeout(600_000);

const bed = new ChaosBed();
const node = new HollowNode(bed.kubectl, 'kill');
let crds: readonly string[] = [];

beforeAll(async () => {
  crds = await installForeignCrds(bed.kubectl);
  await node.add();
});
afterEach(() => bed.clear());
afterAll(async () => {
  await node.remove();
  // Waited for: tests that follow install them too.
  if (crds.length > 0) await bed.kubectl.run(['delete', 'crd', ...crds, '--ignore-not-found', '--timeout=60s']);
});

/** What becomes of a namespace, and of how many writes the operator makes of that it is killed at the fewest. */
interface Stage {
  readonly change: (namespace: string) => Promise<unknown>;
  readonly fewest: number;
  /** The same where several writes are under way; absent where one follows the other anyway. */
  readonly fewestAmid?: number;
  /** The annotations of each pod in the end, where it is about pods. */
  readonly pods?: readonly string[];
}

const declare =
  (spec: object) =>
  (namespace: string): Promise<string> =>
    bed.kubectl.apply(podless(namespace, 'ticks', spec), ['--server-side', '--force-conflicts']);

const scale =
  (what: string, replicas: number) =>
  (namespace: string): Promise<string> =>
    bed.kubectl.run(['scale', what, `--replicas=${replicas}`, `--namespace=${namespace}`]);

const DRAIN_STARTED = 'tickstorm.io/drain-started-at';
const MARKED = `controller.kubernetes.io/pod-deletion-cost,${DRAIN_STARTED}`;

/** Both pods serve, and one of them is to go. */
async function scaleIn(namespace: string): Promise<void> {
  await node.run(namespace, 'ticks', 2);
  const ready = '--for=jsonpath={.status.readyReplicas}=2';
  await bed.kubectl.run(['wait', ready, 'deployment/ticks', `--namespace=${namespace}`, '--timeout=30s']);
  await scale('tickstorm/ticks', 1)(namespace);
}

/** Has the pod that drains have begun long ago: nobody answers there, so that it goes at the deadline of its drain. */
async function passDeadline(namespace: string): Promise<void> {
  const draining = (await podsOf(bed.kubectl, namespace, 'ticks')).filter(
    ({ metadata }) => metadata.annotations?.[DRAIN_STARTED] !== undefined,
  );
  expect(draining).toHaveLength(1);
  const anHourAgo = new Date(Date.now() - 3_600_000).toISOString();
  await bed.kubectl.run([
    ...['annotate', '--overwrite', 'pod', draining[0]!.metadata.name, `--namespace=${namespace}`],
    `${DRAIN_STARTED}=${anHourAgo}`,
  ]);
}

/**
 * The life of a TickStorm. Thirteen objects are written at first: two Secrets, ServiceAccount, ConfigMap, Role,
 * RoleBinding, two Services, budget, Deployment, quota, limit range, status. Of those that are written at once several die
 * with the first.
 */
const STAGES: readonly Stage[] = [
  { change: declare({}), fewest: 13, fewestAmid: 5 },
  {
    change: declare({ server: { drainSeconds: 7 }, service: { type: 'ClusterIP', exposeMetrics: 'Enabled' } }),
    fewest: 2,
    fewestAmid: 2,
  },
  {
    change: declare({
      replicas: 1,
      autoscaling: { mode: 'Enabled', minReplicas: 1, maxReplicas: 2 },
      quota: { mode: 'None' },
      limitRange: { mode: 'None' },
    }),
    fewest: 2,
    fewestAmid: 2,
  },
  // Autoscaler, quota and limit range the other way round, and NetworkPolicy, Certificate, ServiceMonitor, alerts,
  // dashboard, the Deployment with its certificate.
  {
    change: declare({
      networkPolicy: { mode: 'Enabled' },
      tls: { mode: 'CertManager', issuerRef: { name: 'issuer' } },
      monitoring: {
        serviceMonitor: { mode: 'Enabled' },
        prometheusRule: { mode: 'Enabled' },
        dashboard: { mode: 'Enabled' },
      },
    }),
    fewest: 9,
    fewestAmid: 5,
  },
  // Without all of that again.
  { change: declare({}), fewest: 6 },
  // The number of the TickStorm, then that of the Deployment as the operator's own.
  // A drain that lasts until the test ends it.
  { change: declare({ server: { drainSeconds: 900 }, disruption: { mode: 'Declared' } }), fewest: 1 },
  { change: scale('deployment/ticks', 2), fewest: 2 },
  // The pod that drains is marked, evictions wait for it.
  { change: scaleIn, fewest: 2, pods: ['', MARKED] },
  { change: passDeadline, fewest: 2, pods: [''] },
];

/** How many writes get through to the API server before an operator is killed: its first alone, or all that it sends with it. */
type Deaths = 'between every two writes' | 'with several writes under way';

/**
 * Runs operators one after the other, each of which is killed at its first write, after the API server has done it and
 * before it can know, until one finds nothing to write and all is as `isAtRest` waits for. @returns how many were killed
 */
async function killAtWrites(
  release: Release,
  deaths: Deaths,
  isAtRest: (signal: AbortSignal) => Promise<unknown> = async () => undefined,
): Promise<number> {
  let victim: OperatorProcess | undefined;
  let hasWritten = false;
  const isFollowing = (request: ProxiedRequest): boolean => {
    if (deaths !== 'between every two writes' || !isWorkWrite(request)) return false;
    const isSecond = hasWritten;
    hasWritten = true;
    return isSecond;
  };
  const proxy = await bed.proxy({
    fault: (request) => (isFollowing(request) ? { kind: 'reset' } : undefined),
    beforeAnswer: async (passed) => {
      if (!isWorkWrite(passed)) return;
      if (passed.status < 400) await victim?.end();
      else hasWritten = false;
    },
  });
  for (let kills = 0; ; kills += 1) {
    hasWritten = false;
    victim = await bed.operator('victim', proxy, release);
    const dead = new AbortController();
    const rest = victim
      .idle()
      .then(() => isAtRest(dead.signal))
      .then(() => 'at rest');
    rest.catch(() => undefined);
    const end = await Promise.race([rest, victim.exited]).finally(() => dead.abort());
    if (end !== 'at rest') continue;
    await victim.end();
    return kills;
  }
}

const FOREIGN_KINDS = ['servicemonitors', 'prometheusrules', 'certificates'];

/** Of each pod that stays the annotations that it has. */
async function annotationsOfPods(namespace: string): Promise<readonly string[]> {
  const pods = (await podsOf(bed.kubectl, namespace, 'ticks')).filter(isStaying);
  const keys = pods.map(({ metadata }) =>
    Object.keys(metadata.annotations ?? {})
      .toSorted()
      .join(),
  );
  return keys.toSorted();
}

/** How often it is killed at the fewest for a stage; undefined where the stage is left out. */
type Fewest = (stage: Stage) => number | undefined;

const CASES: readonly (readonly [Deaths, { readonly name: string; readonly fewest: Fewest }])[] = [
  ['between every two writes', { name: 'kill', fewest: ({ fewest }) => fewest }],
  ['with several writes under way', { name: 'kill-amid', fewest: ({ fewestAmid }) => fewestAmid }],
];

it.each(CASES)('comes to the same end when it is killed %s and started again', async (deaths, { name, fewest }) => {
  const calm = await bed.namespace(`${name}-calm`);
  const killed = await bed.namespace(`${name}-killed`);
  const undisturbed = await bed.operator('undisturbed', await bed.proxy(), {
    namespace: calm,
    watchNamespaces: [calm],
  });
  const view = async (namespace: string): Promise<unknown> => ({
    ...comparable(await operatorObjects(bed.kubectl, namespace, FOREIGN_KINDS), namespace),
    pods: await annotationsOfPods(namespace),
  });
  const stages = STAGES.filter((stage) => fewest(stage) !== undefined);
  const kills: number[] = [];
  for (const { change, pods } of stages) {
    for (const namespace of [calm, killed]) await change(namespace);
    await undisturbed.idle();
    const areAlike = async (signal: AbortSignal): Promise<unknown> =>
      await waitFor(async () => isDeepStrictEqual(await view(killed), await view(calm)), {
        what: 'both namespaces to look the same',
        timeoutMs: 30_000,
        signal,
      }).catch(async () => {
        if (!signal.aborted) expect(await view(killed)).toEqual(await view(calm));
      });
    kills.push(await killAtWrites({ namespace: killed, watchNamespaces: [killed] }, deaths, areAlike));
    if (pods !== undefined) expect(await annotationsOfPods(killed)).toEqual(pods);
  }
  process.stderr.write(`killed ${deaths}: ${kills.join(' + ')} kills\n`);
  for (const [index, stage] of stages.entries()) expect(kills[index]).toBeGreaterThanOrEqual(fewest(stage)!);
});

it('drains a TickStorm that is deleted, and lets go of it, when it is killed between every two writes', async () => {
  const namespace = await bed.namespace('kill-drain');
  // For the whole cluster, from elsewhere: else nothing may hold a TickStorm.
  const release = { namespace: await bed.namespace('kill-drain-system'), watchNamespaces: [] };
  const killed = (): Promise<number> => killAtWrites(release, 'between every two writes');
  const left = async (): Promise<readonly string[]> =>
    (await operatorObjects(bed.kubectl, namespace)).map(({ kind }) => kind);
  await declare({ replicas: 1 })(namespace);
  const first = await bed.operator('drain-first', await bed.proxy(), release);
  await node.run(namespace, 'ticks', 1);
  await settled(bed.kubectl, namespace);
  await first.end();

  await declare({ replicas: 1, deletionPolicy: 'Drain' })(namespace);
  const held = await killed();
  await bed.kubectl.run(['delete', 'tickstorm', 'ticks', `--namespace=${namespace}`, '--wait=false']);
  const drained = await killed();
  expect(await left()).toEqual(expect.arrayContaining(['TickStorm', 'Service']));
  expect(await left()).not.toContain('Deployment');
  await node.end(namespace, 'ticks');
  const released = await killed();
  await waitFor(async () => (await left()).length === 0, { what: 'nothing to be left', timeoutMs: 30_000 });
  process.stderr.write(`killed in a deletion: ${held} + ${drained} + ${released} kills\n`);
  // The finalizer and the status; the Deployment; the finalizer again.
  for (const [index, count] of [held, drained, released].entries())
    expect(count).toBeGreaterThanOrEqual([2, 1, 1][index]!);
});
