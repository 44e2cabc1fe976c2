import { expect, it } from '@jest/globals';
import { Controller } from './controller.ts';
import { KeepingLogger } from './testing/keeping-logger.ts';
import { WorkQueue } from './work-queue.ts';

it('leaves the event loop its turns between reconciles that wait for nothing', async () => {
  const queue = new WorkQueue();
  for (let key = 0; key < 100; key += 1) queue.add(`n/${key}`, 'routine');
  const order: string[] = [];
  const controller = new Controller({
    name: 'test',
    queue,
    workers: 4,
    logger: new KeepingLogger(),
    reconcile: async (key) => {
      order.push(key);
      return {};
    },
  });
  const running = controller.run(new AbortController().signal);
  // As a watch does that has read something.
  setImmediate(() => queue.add('n/news'));
  while (!order.includes('n/99')) await new Promise((resolve) => setImmediate(resolve));
  expect(order).toContain('n/news');
  expect(order.indexOf('n/news')).toBeLessThan(10);
  await queue.shutDown();
  await running;
});
