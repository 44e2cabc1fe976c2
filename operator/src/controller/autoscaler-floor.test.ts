import { expect, it } from '@jest/globals';
import { trusted } from '../runtime/trusted.ts';
import { setup } from './testing/reconciler-setup.ts';

const schedules = [{ name: 'open', start: '0 9 * * *', durationMinutes: 60, minReplicas: 5 }];

it('raises the fewest pods of the autoscaler by clients and schedules, and comes back when one begins', async () => {
  const { reconciler, store, clock, load } = setup({ autoscaling: { connectionsPerPod: 10, schedules } });
  const fewest = (): unknown =>
    trusted<{ minReplicas: number }>(store.objects.get('HorizontalPodAutoscaler n/demo-hpa')?.['spec']).minReplicas;
  clock.nowMs = Date.UTC(2026, 0, 5, 8, 59, 58);
  expect(await reconciler.reconcile('n/demo')).toEqual({ requeueAfterMs: 2_000 });
  expect(fewest()).toBe(2);
  load.value = { connections: 25, isComplete: true };
  await reconciler.reconcile('n/demo');
  expect(fewest()).toBe(3);
  // As after a restart: nobody has been counted yet.
  load.value = undefined;
  await reconciler.reconcile('n/demo');
  expect(fewest()).toBe(3);
  clock.nowMs += 2_000;
  await reconciler.reconcile('n/demo');
  expect(fewest()).toBe(5);
  clock.nowMs += 60 * 60_000;
  load.value = { connections: 3, isComplete: true };
  await reconciler.reconcile('n/demo');
  expect(fewest()).toBe(2);
});

it('is released after a schedule though a pod does not answer: that may hold only what the clients needed', async () => {
  const { reconciler, store, clock, load } = setup({ autoscaling: { connectionsPerPod: 10, schedules } });
  const fewest = (): unknown =>
    trusted<{ minReplicas: number }>(store.objects.get('HorizontalPodAutoscaler n/demo-hpa')?.['spec']).minReplicas;
  clock.nowMs = Date.UTC(2026, 0, 5, 8);
  load.value = { connections: 25, isComplete: true };
  await reconciler.reconcile('n/demo');
  clock.nowMs = Date.UTC(2026, 0, 5, 9);
  await reconciler.reconcile('n/demo');
  expect(fewest()).toBe(5);
  // As after a restart in the middle, too.
  load.value = undefined;
  await reconciler.reconcile('n/demo');
  clock.nowMs = Date.UTC(2026, 0, 5, 10);
  load.value = { connections: 5, isComplete: false };
  await reconciler.reconcile('n/demo');
  expect(fewest()).toBe(3);
  load.value = { connections: 5, isComplete: true };
  await reconciler.reconcile('n/demo');
  expect(fewest()).toBe(2);
});
