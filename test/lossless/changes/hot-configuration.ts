import { waitFor } from '../../cluster/wait.ts';
import { nudge, patch, podsOf } from '../bed.ts';
import type { Change } from '../change.ts';

/** A kubelet that is not nudged looks at ConfigMaps about once a minute. */
const PATIENCE_MS = 180_000;

/** A setting that takes effect without a restart, in every pod. */
export const hotConfiguration: Change = {
  name: 'hot configuration change',
  run: async (bed) => {
    const { kubectl, namespace, services, signal } = bed;
    const sinceTime = `--since-time=${new Date().toISOString()}`;
    const before = (await Promise.all(services.map((name) => podsOf(bed, name)))).flat();
    const value = 900_000 + Math.floor(Math.random() * 100_000);
    for (const name of services) await patch(bed, name, { server: { maxConnections: value } });
    // So long the operator takes to write the ConfigMaps.
    await Promise.all(services.map((name) => bed.awaitReady(name)));
    for (const name of services) await nudge(bed, name);
    const isTaken = async (pod: string): Promise<boolean> =>
      (await kubectl.run(['logs', pod, sinceTime, `--namespace=${namespace}`])).includes('"settings changed"');
    for (const { metadata } of before) {
      const what = `pod ${metadata.name} to take the setting over`;
      await waitFor(() => isTaken(metadata.name), { what, timeoutMs: PATIENCE_MS, intervalMs: 2_000, signal });
    }
    const after = (await Promise.all(services.map((name) => podsOf(bed, name)))).flat();
    const names = (pods: typeof after): string =>
      pods
        .map(({ metadata }) => metadata.uid)
        .sort()
        .join();
    if (names(before) !== names(after)) throw new Error('a setting that is hot has replaced pods');
  },
};
