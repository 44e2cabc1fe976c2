import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { waitFor } from '../cluster/wait.ts';
import { ChaosBed } from './chaos-bed.ts';
import { operatorObjects, settled } from './end-state.ts';
import { isWorkWrite } from './fault.ts';
import type { FaultProxy } from './fault-proxy.ts';
import type { OperatorProcess } from './operator-process.ts';
import { podless } from './tick-storms.ts';

jest.setTimeout(120_000);

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const LEASE = /\/leases\/tickstorm-operator$/;
/** Requests beside the lease that may be sent in the seconds after a jump, by what comes round anyway. */
const A_FEW = 10;
const namespace = 'clock-jump';
const system = `${namespace}-system`;
const inNamespace = `--namespace=${namespace}`;
const bed = new ChaosBed();

/** Whether a request is about a namespace that another test has left, which may still be going. */
const isElsewhere = (path: string): boolean =>
  path.includes('/namespaces/') && !path.includes(`/namespaces/${namespace}`);

interface Candidate {
  readonly operator: OperatorProcess;
  readonly proxy: FaultProxy;
}
let leader: Candidate;
let standby: Candidate;

interface LeaseSpec {
  readonly holderIdentity: string;
  readonly renewTime: string;
  readonly leaseTransitions: number;
}
const leaseSpec = async (): Promise<LeaseSpec> =>
  (await bed.kubectl.get<{ spec: LeaseSpec }>('lease', 'tickstorm-operator', `--namespace=${system}`)).spec;
const leaseCalls = ({ proxy }: Candidate, method: string): number =>
  proxy.passed.filter((passed) => passed.method === method && !passed.isWatch && LEASE.test(passed.path)).length;

/** Lets an operator of the whole cluster, so that it may hold a deletion, and another that waits for its lease come to rest. */
beforeAll(async () => {
  for (const name of [system, namespace]) await bed.namespace(name);
  const candidate = async (name: string): Promise<Candidate> => {
    const proxy = await bed.proxy();
    const release = { namespace: system, watchNamespaces: [], environment: { LEADER_ELECTION: 'true' } };
    return { proxy, operator: await bed.operator(`${namespace}-${name}`, proxy, { ...release, hasOwnClock: true }) };
  };
  leader = await candidate('first');
  await leader.operator.logged('leading');
  standby = await candidate('second');
  await bed.kubectl.apply(podless(namespace, 'a'), ['--server-side']);
  await settled(bed.kubectl, namespace);
  await leader.operator.idle();
});
afterAll(() => bed.clear());

/** Makes a TickStorm that waits for its pods when it is deleted, and a pod of it that stays. */
async function withStayingPod(name: string, deletionDeadlineSeconds: number): Promise<void> {
  const spec = { replicas: 1, deletionPolicy: 'Drain', deletionDeadlineSeconds, quota: { mode: 'None' } };
  await bed.kubectl.apply(podless(namespace, name, spec), ['--server-side']);
  const pod = await waitFor(
    async () => {
      const of = `--selector=app.kubernetes.io/instance=${name}`;
      const { items } = await bed.kubectl.get<{ items: { metadata: { name: string } }[] }>('pods', inNamespace, of);
      return items[0]?.metadata.name;
    },
    { what: `a pod of ${name}`, timeoutMs: 30_000 },
  );
  await setFinalizers('pod', pod, ['test.example/stays']);
}

const setFinalizers = async (kind: string, name: string, finalizers: readonly string[]): Promise<string> =>
  await bed.kubectl.run([
    ...['patch', kind, name, inNamespace, '--type=merge', '--patch', JSON.stringify({ metadata: { finalizers } })],
  ]);

/** Deletes it. @returns how long it was still there, in milliseconds */
async function goes(name: string, timeoutMs: number): Promise<number> {
  const startedMs = performance.now();
  await bed.kubectl.run(['delete', 'tickstorm', name, inNamespace, `--timeout=${timeoutMs / 1_000}s`]);
  const tookMs = performance.now() - startedMs;
  const { items } = await bed.kubectl.get<{ items: { metadata: { name: string; deletionTimestamp?: string } }[] }>(
    ...['pods', inNamespace, `--selector=app.kubernetes.io/instance=${name}`],
  );
  expect(items).toHaveLength(1);
  await setFinalizers('pod', items[0]!.metadata.name, []);
  return tookMs;
}

/** The fewest pods that the autoscaler of a TickStorm keeps. */
async function fewestPods(name: string): Promise<unknown> {
  const objects = await operatorObjects(bed.kubectl, namespace);
  return objects.find(({ metadata }) => metadata.name === `${name}-hpa`)?.spec?.['minReplicas'];
}

/** A TickStorm that needs five pods for half an hour before and after a time of each day. */
const timedAround = (name: string, unixMs: number): object => {
  const start = new Date(unixMs - 30 * MINUTE_MS);
  const cron = `${start.getUTCMinutes()} ${start.getUTCHours()} * * *`;
  const schedules = [{ name: 'open', start: cron, durationMinutes: 60, minReplicas: 5 }];
  const autoscaling = { mode: 'Enabled', minReplicas: 1, maxReplicas: 6, schedules };
  return podless(namespace, name, { replicas: 1, autoscaling, quota: { mode: 'None' } });
};

describe.each([
  ['forward', 6 * HOUR_MS],
  ['back', -6 * HOUR_MS],
])('when the clock of the leader jumps %s by hours', (direction, wallMs) => {
  it('goes on leading and writes nothing', async () => {
    await leader.operator.idle();
    const { leaseTransitions } = await leaseSpec();
    const from = leader.proxy.passed.length;
    const renewals = leaseCalls(leader, 'PUT');
    const looks = leaseCalls(standby, 'GET');
    await leader.operator.setClock({ wallMs });
    await waitFor(() => leaseCalls(leader, 'PUT') >= renewals + 3 && leaseCalls(standby, 'GET') >= looks + 2, {
      what: 'three renewals, and two looks of the one that waits',
      timeoutMs: 30_000,
    });
    const lease = await leaseSpec();
    expect(Math.abs(Date.parse(lease.renewTime) - Date.now() - wallMs)).toBeLessThan(10 * MINUTE_MS);
    expect(lease).toMatchObject({ holderIdentity: expect.stringMatching(/-first_/), leaseTransitions });
    expect(standby.operator.lines.filter(({ message }) => message === 'leading')).toEqual([]);
    const sent = leader.proxy.passed.slice(from).filter(({ path }) => !LEASE.test(path) && !isElsewhere(path));
    expect(sent.filter((passed) => isWorkWrite(passed))).toEqual([]);
    expect(sent.length).toBeLessThan(A_FEW);
  });

  it('puts an edit right within seconds', async () => {
    const config = ['configmap', 'a-config', inNamespace];
    const edit = JSON.stringify({ data: { intruder: 'x' } });
    await bed.kubectl.run(['patch', ...config, '--type=merge', '--patch', edit]);
    await waitFor(async () => !(await bed.kubectl.run(['get', ...config, '--output=yaml'])).includes('intruder'), {
      what: 'the edit to be put right',
      timeoutMs: 5_000,
    });
  });

  it('goes by its clock in schedules', async () => {
    const name = `timed-${direction}`;
    await bed.kubectl.apply(timedAround(name, Date.now() + wallMs), ['--server-side']);
    await waitFor(async () => (await fewestPods(name)) === 5, {
      what: 'five pods to be the fewest',
      timeoutMs: 30_000,
    });
    await bed.kubectl.run(['delete', 'tickstorm', name, inNamespace]);
  });

  it(`holds a deletion no longer than its deadline${direction === 'forward' ? ', which is over' : ''}`, async () => {
    await withStayingPod(direction, direction === 'forward' ? HOUR_MS / 1_000 : 4);
    const tookMs = await goes(direction, 60_000);
    if (direction === 'back') expect(tookMs).toBeGreaterThan(3_000);
  });
});
