import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { waitFor } from '../cluster/wait.ts';
import { repositoryRoot } from '../images/repository-root.ts';
import type { Kubectl } from '../install/kubectl.ts';
import { restrictedNamespace } from '../install/restricted-namespace.ts';

/** What the tests read of a TickStorm. */
export interface TickStormObject {
  readonly metadata: { readonly generation: number; readonly uid: string };
  readonly spec: { readonly replicas: number };
  readonly status?: {
    readonly endpoint?: string;
    readonly replicas?: number;
    readonly readyReplicas?: number;
    readonly connections?: number;
    readonly ticksPerSecond?: number;
    readonly position?: number;
    readonly observedGeneration?: number;
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly reason: string;
      readonly message: string;
    }[];
  };
}

/** How long anything that the cluster does by itself may take on a machine that is busy with other things. */
export const PATIENCE_MS = 120_000;

export function conditionOf(
  { status }: TickStormObject,
  type: string,
): NonNullable<NonNullable<TickStormObject['status']>['conditions']>[number] | undefined {
  return status?.conditions?.find((condition) => condition.type === type);
}

export function example(name: string): string {
  return readFileSync(join(repositoryRoot, 'examples', `${name}.yaml`), 'utf8');
}

export async function createNamespace(kubectl: Kubectl, name: string): Promise<void> {
  await kubectl.apply(restrictedNamespace(name), ['--server-side']);
}

/** Resolves once the TickStorm is Ready in its current generation and has an address. */
export function awaitReady(kubectl: Kubectl, namespace: string, name: string): Promise<TickStormObject> {
  return waitFor(
    async () => {
      const object = await kubectl.get<TickStormObject>('tickstorm', name, `--namespace=${namespace}`);
      const { status, metadata } = object;
      const ready = status?.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True');
      const isCurrent = status?.observedGeneration === metadata.generation;
      return ready === true && isCurrent && status.endpoint !== undefined && object;
    },
    { what: `TickStorm ${namespace}/${name} to be Ready with an address`, timeoutMs: PATIENCE_MS, intervalMs: 200 },
  );
}

/** Resolves once `probe` gives something for the object. */
export function awaitObject<T, R>(
  kubectl: Kubectl,
  object: readonly string[],
  what: string,
  probe: (object: T) => R | undefined | false,
): Promise<R> {
  return waitFor(async () => probe(await kubectl.get<T>(...object)), {
    what,
    timeoutMs: PATIENCE_MS,
    intervalMs: 100,
  });
}
