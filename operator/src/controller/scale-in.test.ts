import { expect, it } from '@jest/globals';
import type { TickStormStatus } from '../api/v1alpha1/status.ts';
import { trusted } from '../runtime/trusted.ts';
import { scaledByKubectl } from './testing/hand.ts';
import { setup } from './testing/reconciler-setup.ts';

/** A TickStorm of two pods `a` and `b`, with a client each. */
async function setupTwo() {
  const { reconciler, store, clock, tickStorms, owned, pods, admin } = setup({
    autoscaling: { mode: 'Disabled' },
    replicas: 2,
  });
  await reconciler.reconcile('n/demo');
  const settle = (): void => {
    const made = store.objects.get('Deployment n/demo')!;
    const { replicas } = trusted<{ replicas: number }>(made['spec']);
    const { generation } = made.metadata;
    const status = { observedGeneration: generation, replicas, updatedReplicas: replicas, readyReplicas: replicas };
    owned.Deployment.observe(store.edit('Deployment n/demo', { status }));
  };
  const want = (spec: object): void => {
    tickStorms.observe(store.edit('TickStorm n/demo', { spec: { autoscaling: { mode: 'Disabled' }, ...spec } }));
  };
  const replicas = (): unknown =>
    trusted<{ replicas: number }>(store.objects.get('Deployment n/demo')?.['spec']).replicas;
  settle();
  for (const name of ['a', 'b']) {
    admin.add(name, 1);
    pods.observe(admin.cache.get('n', name)!);
  }
  return { reconciler, store, clock, admin, settle, want, replicas, tickStorms, owned };
}

it('lowers the number of pods when one has drained, and never with another change of the Deployment', async () => {
  const { reconciler, store, clock, admin, settle, want, replicas } = await setupTwo();
  want({ replicas: 1 });
  expect(await reconciler.reconcile('n/demo')).toEqual({ requeueAfterMs: 2_000 });
  expect(admin.calls).toHaveLength(2);
  expect(replicas()).toBe(2);
  const { conditions } = trusted<TickStormStatus>(store.objects.get('TickStorm n/demo')?.['status']);
  expect(conditions).toContainEqual(expect.objectContaining({ type: 'Ready', reason: 'ScalingDown' }));
  admin.empty(admin.calls[0]!.slice(0, 1));
  clock.nowMs += 10_000;
  want({ replicas: 1, image: 'image:2' });
  await reconciler.reconcile('n/demo');
  expect(JSON.stringify(store.objects.get('Deployment n/demo'))).toContain('image:2');
  expect(replicas()).toBe(2);
  settle();
  await reconciler.reconcile('n/demo');
  expect(replicas()).toBe(1);
});

it.each([
  ['which is seen before the number is lowered', true],
  ['which is not seen yet when the number is lowered', false],
])('leaves a number alone that a hand sets while pods drain, %s, and takes it over', async (_, isSeen) => {
  const { reconciler, clock, admin, want, replicas, store, owned, tickStorms } = await setupTwo();
  want({ replicas: 1 });
  await reconciler.reconcile('n/demo');
  admin.empty(admin.calls[0]!.slice(0, 1));
  clock.nowMs += 10_000;
  const status = admin.status.bind(admin);
  admin.status = async (pod) => {
    const answer = await status(pod);
    const scaled = store.edit('Deployment n/demo', {
      metadata: { managedFields: scaledByKubectl },
      spec: { ...trusted<object>(store.objects.get('Deployment n/demo')!['spec']), replicas: 5 },
    });
    if (isSeen) owned.Deployment.observe(scaled);
    return answer;
  };
  await reconciler.reconcile('n/demo');
  expect(replicas()).toBe(5);
  owned.Deployment.observe(store.objects.get('Deployment n/demo')!);
  await reconciler.reconcile('n/demo');
  expect(replicas()).toBe(5);
  expect(tickStorms.cache.getByKey('n/demo')?.['spec']).toMatchObject({ replicas: 5 });
});

it('goes on under an overlay that is refused, at the pace of a drain', async () => {
  const { reconciler, clock, admin, want, replicas } = await setupTwo();
  want({ replicas: 1, podTemplate: { spec: { containers: [{ name: 'tick-storm', image: 'other' }] } } });
  expect(await reconciler.reconcile('n/demo')).toEqual({ requeueAfterMs: 2_000 });
  admin.empty(admin.calls[0]!.slice(0, 1));
  clock.nowMs += 10_000;
  await reconciler.reconcile('n/demo');
  expect(replicas()).toBe(1);
});
