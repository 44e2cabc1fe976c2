import { waitFor } from '../cluster/wait.ts';
import type { Kubectl } from '../install/kubectl.ts';

/** A pod as these tests read it. */
export interface LivePod {
  readonly metadata: {
    readonly name: string;
    readonly deletionTimestamp?: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: { readonly nodeName?: string; readonly containers: readonly { readonly image: string }[] };
}

/** The pods of a TickStorm, those that are on their way out included. */
export async function podsOf(kubectl: Kubectl, namespace: string, name: string): Promise<readonly LivePod[]> {
  const { items } = await kubectl.get<{ readonly items: readonly LivePod[] }>(
    ...['pods', `--selector=app=${name}`, `--namespace=${namespace}`],
  );
  return items;
}

/** Whether its ReplicaSet still counts a pod. */
export const isStaying = ({ metadata }: LivePod): boolean => metadata.deletionTimestamp === undefined;

/**
 * A node without a kubelet: pods come up on it when a test says so, and once they are deleted they stay until a test says
 * that they have ended. Nobody answers at their ports.
 */
export class HollowNode {
  readonly #kubectl: Kubectl;
  readonly #name: string;

  constructor(kubectl: Kubectl, name: string) {
    this.#kubectl = kubectl;
    this.#name = name;
  }

  async add(): Promise<void> {
    const metadata = { name: this.#name };
    // The scheduler leaves it alone: which pods come up is the test's to say.
    await this.#kubectl.apply({ apiVersion: 'v1', kind: 'Node', metadata, spec: { unschedulable: true } });
  }

  /** Brings the pods of a TickStorm up, as soon as there are so many without a node. */
  async run(namespace: string, name: string, count: number): Promise<void> {
    const pods = await waitFor(
      async () => {
        const waiting = (await podsOf(this.#kubectl, namespace, name)).filter(
          (pod) => isStaying(pod) && pod.spec.nodeName === undefined,
        );
        return waiting.length === count && waiting;
      },
      { what: `${count} pods of ${namespace}/${name} that wait for a node`, timeoutMs: 30_000 },
    );
    for (const { metadata } of pods) {
      const binding = { apiVersion: 'v1', kind: 'Binding', metadata: { name: metadata.name, namespace } };
      const target = { apiVersion: 'v1', kind: 'Node', name: this.#name };
      const path = `/api/v1/namespaces/${namespace}/pods/${metadata.name}/binding`;
      await this.#kubectl.run(['create', '--raw', path, '-f', '-'], JSON.stringify({ ...binding, target }));
      // For an hour already, so that it counts as available whatever minReadySeconds is.
      const ready = { status: 'True', lastTransitionTime: new Date(Date.now() - 3_600_000).toISOString() };
      const conditions = ['ContainersReady', 'Ready'].map((type) => ({ type, ...ready }));
      const patch = JSON.stringify({ status: { phase: 'Running', conditions } });
      await this.#kubectl.run([
        ...['patch', 'pod', metadata.name, `--namespace=${namespace}`],
        ...['--subresource=status', '--type=strategic', `--patch=${patch}`],
      ]);
    }
  }

  /** Ends the pods of a TickStorm that are deleted, as a kubelet does when their containers have ended; there must be some. */
  async end(namespace: string, name: string): Promise<void> {
    const names = await waitFor(
      async () => {
        const leaving = (await podsOf(this.#kubectl, namespace, name)).filter((pod) => !isStaying(pod));
        return leaving.length > 0 && leaving.map(({ metadata }) => metadata.name);
      },
      { what: `a pod of ${namespace}/${name} to be deleted`, timeoutMs: 30_000 },
    );
    await this.#forceDelete([...names, `--namespace=${namespace}`]);
  }

  /** Takes the node away, and all pods on it. */
  async remove(): Promise<void> {
    await this.#forceDelete(['--all-namespaces', `--field-selector=spec.nodeName=${this.#name}`]);
    await this.#kubectl.run(['delete', 'node', this.#name, '--ignore-not-found']);
  }

  async #forceDelete(which: readonly string[]): Promise<void> {
    await this.#kubectl.run(['delete', 'pods', ...which, '--ignore-not-found', '--force', '--grace-period=0']);
  }
}
