import { expect, it } from '@jest/globals';
import { passEvents } from './socket-events.ts';
import { socketPair } from './socket-pair-fixture.ts';
import { systemHandle } from './system-handle.ts';

it('tells of a failed socket as soon as its descriptor is closed, and before anything else can be accepted', async () => {
  const [accepted, client] = await socketPair();
  const told: string[] = [];
  const closed = Promise.withResolvers<void>();
  // Whatever the event loop brings is told by a callback of its own, after which this one has run.
  const destroy = accepted.destroy.bind(accepted);
  accepted.destroy = (error) => {
    setImmediate(() => told.push('next callback'));
    return destroy(error);
  };
  passEvents(accepted, {
    onData: () => {},
    onEnd: () => told.push('ended'),
    onSocketFailed: () => told.push(systemHandle(accepted) ? 'failed, still open' : 'failed'),
    onSocketClosed: () => {
      told.push('closed');
      closed.resolve();
    },
  });
  client.resetAndDestroy();
  await closed.promise;
  expect(told[0]).toBe('failed');
  expect(told).toContain('closed');
});
