import { once } from 'node:events';
import type { Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import { expect, it } from '@jest/globals';
import { passEvents } from './socket-events.ts';
import { systemHandle } from './system-handle.ts';

it('tells of a failed socket as soon as its descriptor is closed, and before anything else can be accepted', async () => {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the listener has no address');
  const accepting = new Promise<Socket>((resolve) => server.once('connection', resolve));
  const client = connect(address.port, '127.0.0.1');
  const accepted = await accepting;
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
  server.close();
  expect(told[0]).toBe('failed');
  expect(told).toContain('closed');
});
