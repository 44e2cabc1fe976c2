import type { Server, Socket } from 'node:net';
import { createServer } from 'node:net';
import type { ServerConfig } from '../config/server-config.ts';
import type { Libc } from '../limits/libc.ts';

/** Connections that may wait in the kernel for this worker to accept them. */
const BACKLOG = 4_096;

export interface ListenResult {
  server: Server;
  host: string;
  port: number;
  /** Set when the socket buffers could not be set. */
  bufferProblem: string | undefined;
}

/**
 * Listens for clients. Every worker listens on the same port (SO_REUSEPORT): the kernel spreads connections.
 * @param port 0 = let the system choose
 */
export function listenForClients(
  config: ServerConfig,
  libc: Libc | undefined,
  port: number,
  onConnection: (socket: Socket) => void,
): Promise<ListenResult> {
  const server = createServer({ noDelay: true }, onConnection);
  const { host } = config.listen;
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, ...(host === undefined ? {} : { host }), reusePort: true, backlog: BACKLOG }, () => {
      server.off('error', reject);
      const address = server.address();
      if (address === null || typeof address === 'string') {
        reject(new Error('the listener has no address'));
        return;
      }
      const bufferProblem = boundBuffers(server, config, libc);
      resolve({ server, host: address.address, port: address.port, bufferProblem });
    });
  });
}

/** Accepted sockets inherit the listener's buffer sizes, so setting them once does for all. */
function boundBuffers(server: Server, config: ServerConfig, libc: Libc | undefined): string | undefined {
  const descriptor = descriptorOf(server);
  if (!libc || descriptor === undefined) return 'the C library cannot be called';
  return libc.setSocketBuffers(descriptor, config.tcpReadBufferBytes, config.tcpWriteBufferBytes);
}

function descriptorOf(server: Server): number | undefined {
  const handle: unknown = Reflect.get(server, '_handle');
  const fd: unknown = typeof handle === 'object' && handle !== null ? Reflect.get(handle, 'fd') : undefined;
  return typeof fd === 'number' && fd >= 0 ? fd : undefined;
}
