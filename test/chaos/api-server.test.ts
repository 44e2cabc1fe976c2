import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { waitFor } from '../cluster/wait.ts';
import { ChaosBed } from './chaos-bed.ts';
import { operatorObjects, settled, type LiveObject } from './end-state.ts';
import { isWorkWrite } from './fault.ts';
import type { FaultProxy } from './fault-proxy.ts';
import type { Release } from './operator-accounts.ts';
import type { OperatorProcess } from './operator-process.ts';
import { podless } from './tick-storms.ts';

jest.setTimeout(300_000);

const MINUTE_MS = 60_000;
/** Silence after which a watch counts as dead, and the time between two looks. */
const SILENCE_MS = 150_000;
const SILENT_LOOK_MS = 15_000;
const bed = new ChaosBed();
afterEach(() => bed.clear());

const apply = (object: object): Promise<string> => bed.kubectl.apply(object, ['--server-side']);

interface RestOptions {
  readonly release?: Release;
  readonly hasOwnClock?: boolean;
  readonly beforeAnswer?: () => Promise<void>;
}

/** An operator at rest with one TickStorm in a namespace. */
async function atRest(
  name: string,
  { release, hasOwnClock = false, beforeAnswer }: RestOptions = {},
): Promise<{
  readonly namespace: string;
  readonly proxy: FaultProxy;
  readonly operator: OperatorProcess;
}> {
  const namespace = await bed.namespace(name);
  const proxy = await bed.proxy(beforeAnswer === undefined ? {} : { beforeAnswer });
  const served = release ?? { namespace, watchNamespaces: [namespace] };
  const operator = await bed.operator(name, proxy, { ...served, hasOwnClock });
  await apply(podless(namespace, 'a'));
  await settled(bed.kubectl, namespace);
  await operator.idle();
  return { namespace, proxy, operator };
}

const drop = (namespace: string, kind: string, name: string): Promise<string> =>
  bed.kubectl.run(['delete', kind, name, `--namespace=${namespace}`, '--wait=true']);

describe('the operator goes on, and puts right what happened meanwhile', () => {
  it('when the API server is killed and comes back', async () => {
    const { namespace, operator } = await atRest('api-restarted');
    await bed.controlPlane.restartApiServer();
    await drop(namespace, 'service', 'a-headless');
    await apply(podless(namespace, 'b'));
    const objects = await settled(bed.kubectl, namespace);
    await waitFor(async () => hasService(await operatorObjects(bed.kubectl, namespace), 'a-headless'), {
      what: 'the Service to be back',
      timeoutMs: 60_000,
    });
    expect(objects.filter(({ kind }) => kind === 'Deployment')).toHaveLength(2);
    expect(operator.isRunning).toBe(true);
  });

  it('when the API server cannot be reached for a minute', async () => {
    const { namespace, proxy, operator } = await atRest('api-unreachable');
    proxy.disconnect();
    await drop(namespace, 'deployment', 'a');
    await apply(podless(namespace, 'b'));
    await delay(MINUTE_MS);
    expect(operator.isRunning).toBe(true);
    proxy.reconnect();
    await waitFor(
      async () => {
        const objects = await settled(bed.kubectl, namespace);
        return objects.filter(({ kind }) => kind === 'Deployment').length === 2;
      },
      { what: 'both Deployments', timeoutMs: 90_000 },
    );
  });

  it('when its watches hang: it ends them after 150 s of silence, and sees what they have not told', async () => {
    const { namespace, proxy, operator } = await atRest('watches-hang', { hasOwnClock: true });
    const config = async (): Promise<string> =>
      await bed.kubectl.run(['get', 'configmap', 'a-config', `--namespace=${namespace}`, '--output=yaml']);
    proxy.holdWatches();
    const edit = JSON.stringify({ data: { intruder: 'x' } });
    await bed.kubectl.run(['patch', 'configmap', 'a-config', `--namespace=${namespace}`, '--type=merge', '-p', edit]);
    await waitFor(() => proxy.held.includes('intruder'), { what: 'the edit to be held back', timeoutMs: 10_000 });
    const silent = (): number => operator.lines.filter(({ error }) => error?.includes('gone silent') === true).length;
    // Nothing but the wait is left out: it looks at its clock as often as ever.
    // Less than that by what the test has taken so far.
    await operator.setClock({ monotonicMs: SILENCE_MS - 60_000 });
    expect(await config()).toContain('intruder');
    expect(silent()).toBe(0);
    await operator.setClock({ monotonicMs: SILENCE_MS });
    await waitFor(async () => !(await config()).includes('intruder'), {
      what: 'the edit to be put right',
      timeoutMs: SILENT_LOOK_MS + 10_000,
    });
    expect(silent()).toBeGreaterThan(0);
    expect(operator.isRunning).toBe(true);
  });

  it('when every answer takes 5 s: it waits, and writes nothing twice', async () => {
    let slowMs = 0;
    const { namespace, proxy } = await atRest('api-slow', { beforeAnswer: () => delay(slowMs) });
    const before = proxy.passed.length;
    slowMs = 5_000;
    await drop(namespace, 'service', 'a-headless');
    await apply(podless(namespace, 'a', { server: { logLevel: 'debug' } }));
    await waitFor(
      async () => {
        const objects = await settled(bed.kubectl, namespace);
        const config = objects.find(({ kind }) => kind === 'ConfigMap');
        return hasService(objects, 'a-headless') && JSON.stringify(config?.data).includes('debug');
      },
      { what: 'the Service to be back and the ConfigMap to follow', timeoutMs: 60_000 },
    );
    const writes = proxy.passed.slice(before).filter((passed) => isWorkWrite(passed));
    for (const object of ['services/a-headless', 'configmaps/a-config']) {
      expect(writes.filter(({ path }) => path.endsWith(object)).map(({ status }) => status)).toHaveLength(1);
    }
  });

  it('when etcd was compacted while it was away: it lists anew and finds what was deleted', async () => {
    const { namespace, proxy, operator } = await atRest('api-compacted');
    proxy.disconnect();
    await drop(namespace, 'configmap', 'a-config');
    await apply(podless(namespace, 'b'));
    // The API server's own window of events would still serve the old version: it goes with a restart.
    await bed.controlPlane.compact();
    await bed.controlPlane.restartApiServer();
    await bed.controlPlane.compact();
    proxy.reconnect();
    await operator.logged('the version to watch from has expired, listing anew');
    await waitFor(
      async () => {
        const objects = await settled(bed.kubectl, namespace);
        return objects.filter(({ kind }) => kind === 'ConfigMap').length === 2;
      },
      { what: 'both ConfigMaps', timeoutMs: 90_000 },
    );
  });

  it('when garbage collection forgets TickStorms: what one had is removed, or goes to its successor, and what others keep stays', async () => {
    const { namespace, operator } = await atRest('gc-forgets');
    await apply(podless(namespace, 'kept', { deletionPolicy: 'Orphan' }));
    await apply(podless(namespace, 'anew'));
    const before = (await settled(bed.kubectl, namespace)).filter(isOf('anew'));
    // Nothing else stands for it so well: its watch sees nothing, and when it goes on all is over.
    const goOn = await bed.controlPlane.stall('kube-controller-manager');
    try {
      await bed.kubectl.run(['delete', 'tickstorm', 'a', 'kept', 'anew', `--namespace=${namespace}`]);
      await apply(podless(namespace, 'anew'));
      await bed.kubectl.run([
        ...['wait', 'tickstorm/anew', `--namespace=${namespace}`, '--timeout=30s'],
        String.raw`--for=jsonpath={.status.conditions[?(@.type=="Ready")].reason}=WaitingForDeletion`,
      ]);
      await operator.logged('removed what a deleted TickStorm had left');
      const left = (await operatorObjects(bed.kubectl, namespace)).map(({ metadata }) => metadata.name);
      expect(left.filter((name) => !/^(kept|anew|tick-storm)/.test(name))).toEqual([]);
      expect(left).toEqual(expect.arrayContaining(['kept', 'kept-config', 'kept-auth', 'kept-service']));
      await waitFor(
        async () => {
          const objects = (await operatorObjects(bed.kubectl, namespace)).filter(isOf('anew'));
          const owner = objects.find(({ kind }) => kind === 'TickStorm')!.metadata.uid;
          const owned = objects.filter(({ kind }) => kind !== 'TickStorm');
          return owned.every(({ metadata }) => metadata.ownerReferences?.[0]?.uid === owner);
        },
        { what: 'the successor to take over what its namesake had', timeoutMs: 60_000 },
      );
    } finally {
      goOn();
    }
    const after = (await settled(bed.kubectl, namespace)).filter(isOf('anew'));
    expect(identities(after)).toEqual(identities(before));
    expect(after.filter(({ kind }) => kind === 'Secret').map(({ data }) => data)).toEqual(
      before.filter(({ kind }) => kind === 'Secret').map(({ data }) => data),
    );
  });

  it('when the definition of TickStorms is deleted and put back', async () => {
    const { namespace, proxy, operator } = await atRest('crd-deleted');
    await bed.controlPlane.deleteCrd();
    await waitFor(async () => (await leftovers(namespace)).length === 0, {
      what: 'what the TickStorm owned to go with it',
      timeoutMs: 60_000,
    });
    const writes = (): number => proxy.passed.filter((passed) => isWorkWrite(passed)).length;
    const before = writes();
    await operator.logged('list or watch failed, trying again');
    expect(writes()).toBe(before);
    await bed.controlPlane.applyCrd();
    await apply(podless(namespace, 'again'));
    const objects = await settled(bed.kubectl, namespace);
    expect(objects.filter(({ kind }) => kind === 'Deployment')).toHaveLength(1);
    expect(operator.isRunning).toBe(true);
  });

  it('when its namespace is deleted while it works: nothing is left, and it does not stand in the way', async () => {
    // For the whole cluster: the rights of an operator of some namespaces go with them.
    const system = await bed.namespace('namespace-deleted-system');
    const release = { namespace: system, watchNamespaces: [] };
    const { namespace, proxy, operator } = await atRest('namespace-deleted', { release });
    const names = Array.from({ length: 10 }, (_, index) => `t${index}`);
    await bed.kubectl.apply({ apiVersion: 'v1', kind: 'List', items: names.map((name) => podless(namespace, name)) }, [
      '--server-side',
    ]);
    await bed.kubectl.run(['delete', 'namespace', namespace, '--wait=true', '--timeout=120s']);
    await operator.idle();
    const writes = proxy.passed.length;
    await bed.namespace(namespace);
    await apply(podless(namespace, 'again'));
    const objects = await settled(bed.kubectl, namespace);
    expect(objects.filter(({ kind }) => kind === 'TickStorm').map(({ metadata }) => metadata.name)).toEqual(['again']);
    expect(proxy.passed.length).toBeGreaterThan(writes);
  });
});

/** Whether an object is a TickStorm of this name, or one of its own. */
const isOf =
  (name: string) =>
  ({ metadata }: LiveObject): boolean =>
    metadata.name === name || metadata.name.startsWith(`${name}-`);

/** The objects of a TickStorm, but not itself, with what tells them from others of their names. */
function identities(objects: readonly LiveObject[]): string[] {
  return objects
    .filter(({ kind }) => kind !== 'TickStorm')
    .map(({ kind, metadata: { name, uid } }) => `${kind} ${name} ${uid}`)
    .toSorted();
}

function hasService(objects: Awaited<ReturnType<typeof operatorObjects>>, name: string): boolean {
  return objects.some(({ kind, metadata }) => kind === 'Service' && metadata.name === name);
}

/** What carries the operator's label though no TickStorm can own it any more. */
async function leftovers(namespace: string): Promise<string[]> {
  const { items } = await bed.kubectl.get<{ items: readonly { readonly kind: string }[] }>(
    'deployments,services,configmaps,secrets,serviceaccounts,resourcequotas',
    `--namespace=${namespace}`,
    '--selector=app.kubernetes.io/managed-by=tick-storm-operator',
  );
  return items.map(({ kind }) => kind);
}
