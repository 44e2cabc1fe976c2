import type { Server, Socket } from 'node:net';
import { createServer } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { ServerConfig } from '../config/server-config.ts';
import type { TlsFiles } from '../config/tls-files.ts';
import type { Libc } from '../limits/libc.ts';

/** Connections that may wait in the kernel for this worker to accept them. */
const BACKLOG = 4_096;

export interface ClientListenerOptions {
  config: ServerConfig;
  /** undefined = plain TCP. */
  tls: TlsFiles | undefined;
  libc: Libc | undefined;
  /** Decides at accept, before a byte is read or written. */
  admits: (socket: Socket) => boolean;
  /** A connection is there, with TLS after the handshake. */
  onConnection: (socket: Socket) => void;
  /** A TLS handshake failed or took too long. */
  onHandshakeFailed: (socket: Socket) => void;
}

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
export function listenForClients(options: ClientListenerOptions, port: number): Promise<ListenResult> {
  const { config, libc } = options;
  const server = options.tls ? tlsServer(options, options.tls) : plainServer(options);
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

function plainServer({ admits, onConnection }: ClientListenerOptions): Server {
  // Half-open: a client that has sent its last byte still gets the answer to it.
  return createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
    if (admits(socket)) onConnection(socket);
    else socket.destroy();
  });
}

function tlsServer({ config, admits, onConnection, onHandshakeFailed }: ClientListenerOptions, tls: TlsFiles): Server {
  const server = createTlsServer({
    cert: tls.cert,
    key: tls.key,
    ca: tls.ca,
    requestCert: config.tls.clientAuth !== 'none',
    rejectUnauthorized: config.tls.clientAuth === 'require',
    minVersion: 'TLSv1.3',
    // The handshake belongs to the time that a client has to authenticate.
    handshakeTimeout: config.authTimeoutMs,
  });
  server.on('secureConnection', onConnection);
  server.on('tlsClientError', (_error, socket) => {
    onHandshakeFailed(socket);
    socket.destroy();
  });
  // Judged before the handshake begins: an address that may not connect gets no byte, and no handshake fails.
  return createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
    if (admits(socket)) server.emit('connection', socket);
    else socket.destroy();
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
