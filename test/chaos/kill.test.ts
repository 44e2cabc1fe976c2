import { afterEach, expect, it, jest } from '@jest/globals';
import { isDeepStrictEqual } from 'node:util';
import { waitFor } from '../cluster/wait.ts';
import { ChaosBed } from './chaos-bed.ts';
import { comparable, operatorObjects } from './end-state.ts';
import { isWorkWrite } from './fault.ts';
import type { OperatorProcess } from './operator-process.ts';
import { podless } from './tick-storms.ts';

jest.setTimeout(600_000);

const bed = new ChaosBed();
afterEach(() => bed.clear());

/** The states through which a TickStorm goes: made, changed, and with features switched on and off. */
const STAGES: readonly object[] = [
  {},
  { server: { drainSeconds: 7 }, service: { type: 'ClusterIP', exposeMetrics: 'Enabled' } },
  {
    replicas: 1,
    autoscaling: { mode: 'Enabled', minReplicas: 1, maxReplicas: 2 },
    quota: { mode: 'None' },
    limitRange: { mode: 'None' },
  },
];

/**
 * Runs operators one after the other, each of which is killed at its first write, after the API server has done it and
 * before it can know, until one finds nothing to write. @returns how many were killed
 */
async function killBetweenWrites(namespace: string): Promise<number> {
  let victim: OperatorProcess | undefined;
  const proxy = await bed.proxy({
    beforeAnswer: async (passed) => {
      if (isWorkWrite(passed) && passed.status < 400) await victim?.end();
    },
  });
  for (let kills = 0; ; kills += 1) {
    victim = await bed.operator('victim', proxy, { namespace, watchNamespaces: [namespace] });
    const idle = victim.idle().then(() => 'idle');
    idle.catch(() => undefined);
    if ((await Promise.race([idle, victim.exited])) === 'idle') {
      await victim.end();
      return kills;
    }
  }
}

it('comes to the same end when it is killed between every two writes and started again', async () => {
  const calm = await bed.namespace('kill-calm');
  const killed = await bed.namespace('kill-killed');
  const release = { namespace: calm, watchNamespaces: [calm] };
  const undisturbed = await bed.operator('undisturbed', await bed.proxy(), release);
  const view = async (namespace: string): Promise<unknown> =>
    comparable(await operatorObjects(bed.kubectl, namespace), namespace);
  const kills: number[] = [];
  for (const stage of STAGES) {
    for (const namespace of [calm, killed])
      await bed.kubectl.apply(podless(namespace, 'ticks', stage), ['--server-side', '--force-conflicts']);
    await undisturbed.idle();
    kills.push(await killBetweenWrites(killed));
    await waitFor(async () => isDeepStrictEqual(await view(killed), await view(calm)), {
      what: 'both namespaces to look the same',
      timeoutMs: 30_000,
    }).catch(async () => expect(await view(killed)).toEqual(await view(calm)));
  }
  process.stderr.write(`killed between every two writes: ${kills.join(' + ')} kills\n`);
  // Thirteen writes: two Secrets, ServiceAccount, ConfigMap, Role, RoleBinding, two Services, budget, Deployment, quota, limit
  // range, status. Those of the namespace may be under way at the same time as another, and die with it.
  expect(kills[0]).toBeGreaterThanOrEqual(9);
  for (const count of kills.slice(1)) expect(count).toBeGreaterThanOrEqual(2);
});
