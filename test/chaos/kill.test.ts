import { afterEach, expect, it, jest } from '@jest/globals';
import { isDeepStrictEqual } from 'node:util';
import { waitFor } from '../cluster/wait.ts';
import { ChaosBed } from './chaos-bed.ts';
import { comparable, operatorObjects } from './end-state.ts';
import { isWorkWrite, type ProxiedRequest } from './fault.ts';
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

/** How many writes get through to the API server before an operator is killed: its first alone, or all that it sends with it. */
type Deaths = 'between every two writes' | 'with several writes under way';

/**
 * Runs operators one after the other, each of which is killed at its first write, after the API server has done it and
 * before it can know, until one finds nothing to write. @returns how many were killed
 */
async function killAtWrites(namespace: string, deaths: Deaths): Promise<number> {
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
    victim = await bed.operator('victim', proxy, { namespace, watchNamespaces: [namespace] });
    const idle = victim.idle().then(() => 'idle');
    idle.catch(() => undefined);
    if ((await Promise.race([idle, victim.exited])) === 'idle') {
      await victim.end();
      return kills;
    }
  }
}

/**
 * Thirteen objects are written: two Secrets, ServiceAccount, ConfigMap, Role, RoleBinding, two Services, budget,
 * Deployment, quota, limit range, status. Of those that are written at once several die with the first.
 */
const CASES: readonly (readonly [Deaths, { readonly name: string; readonly fewest: readonly number[] }])[] = [
  ['between every two writes', { name: 'kill', fewest: [13, 2, 2] }],
  ['with several writes under way', { name: 'kill-amid', fewest: [5, 2, 2] }],
];

it.each(CASES)('comes to the same end when it is killed %s and started again', async (deaths, { name, fewest }) => {
  const calm = await bed.namespace(`${name}-calm`);
  const killed = await bed.namespace(`${name}-killed`);
  const release = { namespace: calm, watchNamespaces: [calm] };
  const undisturbed = await bed.operator('undisturbed', await bed.proxy(), release);
  const view = async (namespace: string): Promise<unknown> =>
    comparable(await operatorObjects(bed.kubectl, namespace), namespace);
  const kills: number[] = [];
  for (const stage of STAGES) {
    for (const namespace of [calm, killed])
      await bed.kubectl.apply(podless(namespace, 'ticks', stage), ['--server-side', '--force-conflicts']);
    await undisturbed.idle();
    kills.push(await killAtWrites(killed, deaths));
    await waitFor(async () => isDeepStrictEqual(await view(killed), await view(calm)), {
      what: 'both namespaces to look the same',
      timeoutMs: 30_000,
    }).catch(async () => expect(await view(killed)).toEqual(await view(calm)));
  }
  process.stderr.write(`killed ${deaths}: ${kills.join(' + ')} kills\n`);
  for (const [stage, count] of kills.entries()) expect(count).toBeGreaterThanOrEqual(fewest[stage]!);
});
