import { waitFor } from '../cluster/wait.ts';
import { restrictedContainer, restrictedPod } from '../install/restricted-pod.ts';
import type { ChaosBed } from './chaos-bed.ts';
import { operatorObjects } from './end-state.ts';
import { podless } from './tick-storms.ts';
import { viewOf } from './tick-storm-view.ts';

/** Changes an object (`KIND/NAME`) by a merge patch. */
export async function change({ kubectl }: ChaosBed, namespace: string, object: string, patch: object): Promise<void> {
  const how = ['--type=merge', '--patch', JSON.stringify(patch)];
  await kubectl.run(['patch', object, `--namespace=${namespace}`, ...how]);
}

/** Waits until a TickStorm is Ready. */
export async function becomeReady({ kubectl }: ChaosBed, namespace: string, name: string): Promise<void> {
  const what = ['--for=condition=Ready', '--timeout=60s'];
  await kubectl.run(['wait', `tickstorm/${name}`, `--namespace=${namespace}`, ...what]);
}

/** Waits until a condition of a TickStorm has this reason. */
export async function haveReason(
  { kubectl }: ChaosBed,
  namespace: string,
  name: string,
  reason: string,
): Promise<void> {
  await waitFor(
    async () => {
      const { conditions } = await viewOf(kubectl, namespace, name);
      return conditions.some((condition) => condition.reason === reason);
    },
    { what: `TickStorm ${name} to tell of ${reason}`, timeoutMs: 60_000 },
  );
}

/** Waits until the TickStorms of a namespace have a quota of so many pods. */
export async function haveQuota({ kubectl }: ChaosBed, namespace: string, pods: string): Promise<void> {
  const what = [`--for=jsonpath={.spec.hard.pods}=${pods}`, '--timeout=60s'];
  await kubectl.run(['wait', 'resourcequota/tick-storm-quota', `--namespace=${namespace}`, '--for=create']);
  await kubectl.run(['wait', 'resourcequota/tick-storm-quota', `--namespace=${namespace}`, ...what]);
}

/** Edits the ConfigMap of a TickStorm; resolves once it is as declared again. */
export async function editAndBeRestored(bed: ChaosBed, namespace: string, name: string): Promise<void> {
  const inNamespace = `--namespace=${namespace}`;
  const data = (): Promise<string> =>
    bed.kubectl.run(['get', 'configmap', name, inNamespace, '--output=jsonpath={.data}']);
  const declared = await data();
  await change(bed, namespace, `configmap/${name}`, { data: { 'config.json': '{}' } });
  await waitFor(async () => (await data()) === declared, { what: `${name} to be put right`, timeoutMs: 30_000 });
}

/** Makes a quota of one pod, and a pod of others in it. */
export async function fillQuota({ kubectl }: ChaosBed, namespace: string): Promise<void> {
  const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'team', namespace } };
  await kubectl.apply({ ...quota, spec: { hard: { pods: '1' } } });
  const container = { name: 'batch', image: 'batch', ...restrictedContainer };
  const spec = { ...restrictedPod, containers: [container] };
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'batch', namespace }, spec };
  // Until a controller has counted, the quota admits nothing.
  await waitFor(() => kubectl.apply(pod), { what: 'the quota to be counted', timeoutMs: 60_000 });
}

/** Deletes a TickStorm and makes it anew while a finalizer holds its ConfigMap. */
export async function makeAnewWhileHeld(bed: ChaosBed, namespace: string, name: string): Promise<void> {
  const { kubectl } = bed;
  await becomeReady(bed, namespace, name);
  await change(bed, namespace, `configmap/${name}-config`, { metadata: { finalizers: ['example.com/hold'] } });
  await kubectl.run(['delete', 'tickstorm', name, `--namespace=${namespace}`]);
  await waitFor(
    async () => {
      const objects = await operatorObjects(kubectl, namespace);
      const names = objects.map(({ metadata }) => metadata.name).filter((own) => own.startsWith(name));
      return names.join() === `${name}-config`;
    },
    { what: 'all but the ConfigMap to be collected', timeoutMs: 60_000 },
  );
  await kubectl.apply(podless(namespace, name), ['--server-side']);
}

/** Begins to delete a namespace; resolves once it takes nothing new. */
export async function closeNamespace({ kubectl }: ChaosBed, namespace: string): Promise<void> {
  await kubectl.run(['delete', 'namespace', namespace, '--wait=false']);
  const probe = ['create', 'configmap', 'probe', `--namespace=${namespace}`, '--dry-run=server'];
  await waitFor(
    () =>
      kubectl.run(probe).then(
        () => false,
        () => true,
      ),
    { what: `namespace ${namespace} to take nothing new`, timeoutMs: 30_000 },
  );
}
