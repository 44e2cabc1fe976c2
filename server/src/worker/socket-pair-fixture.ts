import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** For tests: both ends of one TCP connection over loopback. */
export async function socketPair(): Promise<[accepted: Socket, client: Socket]> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the listener has no address');
  const accepting = new Promise<Socket>((resolve) => server.once('connection', resolve));
  const client = connect(address.port, '127.0.0.1');
  const accepted = await accepting;
  server.close();
  return [accepted, client];
}
