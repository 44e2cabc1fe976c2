import type { Server, Socket } from 'node:net';
import { createServer } from 'node:net';
import { AddressFilter } from '../access/address-filter.ts';
import { peerAddress } from '../access/peer-address.ts';
import type { ServerConfig } from '../config/server-config.ts';
import type { Libc } from '../limits/libc.ts';
import type { TlsMaterial } from '../link/process-message.ts';
import type { CloseReason } from '../session/close-reason.ts';
import type { ArrivalCounts } from './arrival-limits.ts';
import type { Arrival } from './arrivals.ts';
import { Arrivals } from './arrivals.ts';
import { closeAfterBacklog } from './close-after-backlog.ts';
import type { ProxyHeaderResult } from './read-proxy-header.ts';
import { readProxyHeader } from './read-proxy-header.ts';
import { leaveErrorsToClose } from './socket-events.ts';
import { systemHandle } from './system-handle.ts';
import { TlsServer } from './tls-server.ts';

/** Connections that may wait in the kernel for this worker to accept them. */
const BACKLOG = 4_096;
/** The problem of one that is too many before its session: what its reason says is not sent to it. */
const UNFINISHED = 'too many that have not finished connecting';

export interface ClientListenerOptions {
  config: ServerConfig;
  libc: Libc | undefined;
  monotonicNow: () => number;
  /** Decides by the address before anything is written. */
  admits: (address: string) => boolean;
  /** Why one that has yet to come to a session is too many; undefined = it is not. */
  excess: (counts: ArrivalCounts) => CloseReason | undefined;
  /** A connection is there, with TLS after the handshake. */
  onConnection: (socket: Socket, arrival: Arrival) => void;
  /** One ended before that. @param problem what the reason does not tell */
  onUnborn: (reason: CloseReason, arrival: Arrival, problem?: string) => void;
  onAcceptFailed: (error: NodeJS.ErrnoException) => void;
  /** After {@link ClientListener.stop}: nothing more is accepted from the backlog. */
  onStopped: () => void;
}

export interface ListenResult {
  host: string;
  port: number;
  /** Set when the socket buffers could not be set. */
  bufferProblem: string | undefined;
}

/** Accepts clients and brings them to where a session can begin: PROXY header, address lists, TLS handshake. */
export class ClientListener {
  readonly #options: ClientListenerOptions;
  readonly #arrivals: Arrivals;
  /** Who speaks for others; undefined = nobody, and no header is looked for. */
  readonly #proxies: AddressFilter | undefined;
  #tls: TlsServer | undefined;
  #server: Server | undefined;
  /** Listeners that still accept what waits in their backlog. */
  #stopping = 0;

  constructor(options: ClientListenerOptions) {
    this.#options = options;
    const { authTimeoutMs, proxy } = options.config;
    this.#arrivals = new Arrivals(authTimeoutMs);
    this.#proxies = proxy.isEnabled ? new AddressFilter(proxy.trusted, []) : undefined;
  }

  /** Certificates for handshakes from now on; needed before {@link listen} when TLS is on. */
  useTls(material: TlsMaterial): void {
    if (this.#tls) this.#tls.replace(material);
    else {
      this.#tls = new TlsServer(this.#options.config.tls, material, {
        onSecure: (raw, secure) => {
          const arrival = this.#arrivals.take(raw);
          if (arrival) this.#options.onConnection(secure, arrival);
          else secure.destroy();
        },
        onFailed: (raw, error) => this.#onHandshakeFailed(raw, error),
      });
    }
  }

  /**
   * Listens. Every worker listens on the same port (SO_REUSEPORT): the kernel spreads connections.
   * @param port 0 = let the system choose
   */
  listen(port: number): Promise<ListenResult> {
    const { config, libc } = this.#options;
    // Half-open: a client that has sent its last byte still gets the answer to it.
    const server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => this.#onAccepted(socket));
    const { host } = config.listen;
    return new Promise((resolve, reject) => {
      if (config.tls.isEnabled && !this.#tls) {
        reject(new Error('there is no certificate yet'));
        return;
      }
      server.once('error', reject);
      server.listen({ port, ...(host === undefined ? {} : { host }), reusePort: true, backlog: BACKLOG }, () => {
        server.off('error', reject);
        const address = server.address();
        if (address === null || typeof address === 'string') {
          reject(new Error('the listener has no address'));
          return;
        }
        this.#server = server;
        server.on('error', this.#options.onAcceptFailed);
        const bufferProblem = boundBuffers(server, config, libc);
        resolve({ host: address.address, port: address.port, bufferProblem });
      });
    });
  }

  /** Connections that have yet to come to a session. */
  get arrivals(): number {
    return this.#arrivals.size;
  }

  /** Connections may still come to a session: from the backlog, or after their TLS handshake. */
  get hasArrivals(): boolean {
    return this.#stopping > 0 || this.#arrivals.size > 0;
  }

  /** Accepts what waits in the backlog, and then nothing more. */
  stop(): void {
    const server = this.#server;
    if (!server) return;
    this.#server = undefined;
    this.#stopping++;
    closeAfterBacklog(server, BACKLOG, () => {
      this.#stopping--;
      this.#options.onStopped();
    });
  }

  /** Gives up all that have not come to a session. */
  abandonArrivals(): void {
    this.#giveUp(this.#arrivals.takeLate(Infinity), 'server_draining');
  }

  /** Closes what has not come to a session within the time to authenticate. */
  checkDeadlines(nowMs: number): void {
    this.#giveUp(this.#arrivals.takeLate(nowMs), 'auth_timeout');
  }

  #giveUp(arrivals: readonly [Socket, Arrival][], reason: CloseReason): void {
    for (const [socket, arrival] of arrivals) {
      socket.destroy();
      this.#options.onUnborn(reason, arrival);
    }
  }

  #onAccepted(socket: Socket): void {
    const acceptedMs = this.#options.monotonicNow();
    const arrival: Arrival = { acceptedMs, address: peerAddress(socket.remoteAddress), headerBytes: 0 };
    leaveErrorsToClose(socket);
    if (arrival.address === '') {
      this.#refuse(socket, arrival, 'client_closed');
      return;
    }
    const isProxy = this.#proxies?.admits(arrival.address) ?? false;
    if (!isProxy && !this.#options.admits(arrival.address)) this.#refuse(socket, arrival, 'address_blocked');
    else if (!this.#proxies && !this.#tls) this.#options.onConnection(socket, arrival);
    else this.#onArrival(socket, arrival, isProxy);
  }

  #onArrival(socket: Socket, arrival: Arrival, isProxy: boolean): void {
    this.#arrivals.add(socket, arrival);
    // Whose a proxy's connection is, its header will tell.
    const excess = this.#excess(isProxy ? 0 : this.#arrivals.identify(arrival));
    if (excess !== undefined) this.#refuse(socket, arrival, excess, UNFINISHED);
    else if (!this.#proxies) this.#proceed(socket, arrival);
    else readProxyHeader(socket, isProxy, (result) => this.#onProxyHeader(socket, result));
  }

  #onProxyHeader(socket: Socket, result: ProxyHeaderResult): void {
    const arrival = this.#arrivals.get(socket);
    if (!arrival) return;
    switch (result.kind) {
      case 'gone':
        if (result.bytes === 0) this.#refuse(socket, arrival, 'client_closed');
        else this.#refuse(socket, arrival, 'proxy_header', 'the peer left in the middle of it');
        return;
      case 'problem':
        this.#refuse(socket, arrival, 'proxy_header', result.problem);
        return;
      case 'none':
        break;
      case 'header': {
        const { address, isLocal, bytes } = result.header;
        arrival.headerBytes = bytes;
        arrival.address = address ?? arrival.address;
        // The proxy's own health checks are for the trusted addresses, not for the lists.
        if (!isLocal && !this.#options.admits(arrival.address)) {
          this.#refuse(socket, arrival, 'address_blocked');
          return;
        }
        const excess = this.#excess(this.#arrivals.identify(arrival));
        if (excess === undefined) break;
        this.#refuse(socket, arrival, excess, UNFINISHED);
        return;
      }
    }
    this.#proceed(socket, arrival);
    // The header's reader has paused it.
    if (!this.#tls) socket.resume();
  }

  #proceed(socket: Socket, arrival: Arrival): void {
    if (this.#tls) {
      this.#tls.handshake(socket);
    } else {
      this.#arrivals.take(socket);
      this.#options.onConnection(socket, arrival);
    }
  }

  /** @param ofClient arrivals of the client, 0 = not known yet */
  #excess(ofClient: number): CloseReason | undefined {
    return this.#options.excess({ all: this.#arrivals.size, ofClient });
  }

  #onHandshakeFailed(raw: Socket, error: NodeJS.ErrnoException): void {
    const arrival = this.#arrivals.take(raw);
    if (!arrival) return;
    // A health check connects and closes without a byte.
    const isSilent = raw.bytesRead <= arrival.headerBytes;
    if (isSilent) this.#options.onUnborn('client_closed', arrival);
    else this.#options.onUnborn('tls_failed', arrival, error.code ?? error.message);
  }

  #refuse(socket: Socket, arrival: Arrival, reason: CloseReason, problem?: string): void {
    this.#arrivals.take(socket);
    socket.destroy();
    this.#options.onUnborn(reason, arrival, problem);
  }
}

/** Accepted sockets inherit the listener's buffer sizes, so setting them once does for all. */
function boundBuffers(server: Server, config: ServerConfig, libc: Libc | undefined): string | undefined {
  const { fd: descriptor = -1 } = systemHandle(server) ?? {};
  if (!libc || descriptor < 0) return 'the C library cannot be called';
  return libc.setSocketBuffers(descriptor, config.tcpReadBufferBytes, config.tcpWriteBufferBytes);
}
