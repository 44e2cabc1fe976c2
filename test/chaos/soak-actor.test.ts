import { expect, it } from '@jest/globals';
import { waitFor } from '../cluster/wait.ts';
import type { SoakSpec } from './soak-action.ts';
import { SoakActor, type SoakActorOptions } from './soak-actor.ts';

const spec: SoakSpec = {
  drainSeconds: 9,
  isAutoscaled: true,
  isQuotaManaged: false,
  deletionPolicy: 'Immediate',
  hasNetworkPolicy: false,
  isMonitored: false,
};

/** A Deployment, a TickStorm, and an operator that sees to what a hand has set when it is told to. */
class Scene {
  replicas = 0;
  isApplied = true;
  tickStorm = 0;
  readonly done: string[] = [];
  /** So many of the next numbers are refused. */
  refusals = 0;

  get admin(): SoakActorOptions['admin'] {
    const nothing = async (): Promise<void> => undefined;
    return {
      delete: nothing,
      remove: nothing,
      apply: async () => void this.done.push('apply'),
      mergePatch: async (path, body) => {
        if (this.refusals > 0) {
          this.refusals -= 1;
          throw new Error('409');
        }
        const { replicas } = (body as { readonly spec: { readonly replicas: number } }).spec;
        this.done.push(`${path.split('/').slice(-3).join('/')} ${replicas}`);
        this.isApplied &&= replicas === this.replicas;
        this.replicas = replicas;
      },
      get: async <T>(path: string) =>
        (path.includes('deployments')
          ? { metadata: { managedFields: [this.#record()] } }
          : { spec: { replicas: this.tickStorm } }) as T,
    };
  }

  #record(): object {
    const fields = this.isApplied ? { 'f:replicas': {} } : {};
    return { manager: 'tickstorm-operator', operation: 'Apply', fieldsV1: { 'f:spec': fields } };
  }
}

function actorIn(scene: Scene): SoakActor {
  return new SoakActor({
    admin: scene.admin,
    controlPlane: { applyCrd: async () => undefined },
    names: ['t0'],
    look: async () => [],
    patienceMs: 10_000,
  });
}

it('turns an autoscaler off only when the operator has put back what a hand had set, which it would take over', async () => {
  const scene = new Scene();
  const actor = actorIn(scene);
  actor.begin({ kind: 'apply', name: 't0', spec });
  actor.begin({ kind: 'scale', name: 't0', replicas: 2 });
  actor.begin({ kind: 'apply', name: 't0', spec: { ...spec, isAutoscaled: false } });
  await waitFor(() => scene.done.length > 1, { what: 'the hand', timeoutMs: 5_000 });
  // Once more it looks, and waits.
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  expect(scene.done).toEqual(['apply', 'deployments/t0/scale 2']);
  scene.replicas = 1;
  scene.isApplied = true;
  await actor.finished();
  expect(scene.done).toEqual(['apply', 'deployments/t0/scale 2', 'apply']);
});

it('sets the number against an autoscaler until it is taken, and then not again', async () => {
  const scene = new Scene();
  scene.refusals = 1;
  const actor = actorIn(scene);
  actor.begin({ kind: 'apply', name: 't0', spec });
  actor.begin({ kind: 'scale', name: 't0', replicas: 2 });
  const finished = actor.finished();
  finished.catch(() => undefined);
  await Promise.race([finished, waitFor(() => scene.done.length > 1, { what: 'the hand', timeoutMs: 5_000 })]);
  scene.isApplied = true;
  await finished;
  expect(scene.done).toEqual(['apply', 'deployments/t0/scale 2']);
});

it('declares another number only when the operator has taken over that of a hand, and applied it', async () => {
  const scene = new Scene();
  const actor = actorIn(scene);
  actor.begin({ kind: 'apply', name: 't0', spec: { ...spec, isAutoscaled: false } });
  actor.begin({ kind: 'scale', name: 't0', replicas: 2 });
  actor.begin({ kind: 'apply', name: 't0', spec: { ...spec, isAutoscaled: false } });
  await waitFor(() => scene.done.length > 1, { what: 'the hand', timeoutMs: 5_000 });
  scene.tickStorm = 2;
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  expect(scene.done.filter((one) => one === 'apply')).toHaveLength(1);
  scene.isApplied = true;
  await actor.finished();
  expect(scene.done.at(-1)).toBe('apply');
});
