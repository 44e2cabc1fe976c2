import { createHash, hkdfSync } from 'node:crypto';
import type { Socket } from 'node:net';
import type { SecureContextOptions, Server, TLSSocket } from 'node:tls';
import { createServer } from 'node:tls';
import type { TlsSettings } from '../config/server-config.ts';
import type { TlsMaterial } from '../link/process-message.ts';

const TICKET_KEY_BYTES = 48;

export interface TlsEvents {
  onSecure: (raw: Socket, secure: TLSSocket) => void;
  onFailed: (raw: Socket, error: NodeJS.ErrnoException) => void;
}

/** Does the TLS handshakes of connections that were accepted elsewhere. */
export class TlsServer {
  readonly #server: Server;
  readonly #settings: TlsSettings;

  constructor(settings: TlsSettings, material: TlsMaterial, { onSecure, onFailed }: TlsEvents) {
    this.#settings = settings;
    this.#server = createServer({
      ...this.#contextOptions(material),
      requestCert: settings.clientAuth !== 'none',
      rejectUnauthorized: settings.clientAuth === 'require',
    });
    this.#server.on('secureConnection', (secure) => {
      secure.allowHalfOpen = true;
      onSecure(rawSocketOf(secure), secure);
    });
    this.#server.on('tlsClientError', (error, secure) => {
      onFailed(rawSocketOf(secure), error);
      secure.destroy();
    });
  }

  handshake(raw: Socket): void {
    // Half-open, a client that closes before the handshake would not be noticed.
    raw.allowHalfOpen = false;
    this.#server.emit('connection', raw);
  }

  /** Takes another certificate, authority or ticket key for handshakes from now on. */
  replace(material: TlsMaterial): void {
    this.#server.setSecureContext(this.#contextOptions(material));
  }

  #contextOptions({ cert, key, ca, ticketKeys }: TlsMaterial): SecureContextOptions & { ticketKeys: Buffer } {
    return {
      cert,
      key,
      ca,
      minVersion: `TLSv${this.#settings.minVersion}`,
      // The same in every worker, or a session could be resumed only at the worker that began it.
      sessionIdContext: 'tick-storm',
      ticketKeys: ticketKeysFor(ticketKeys, ca),
    };
  }
}

/** A ticket vouches for the client's certificate, so another authority makes all of them void. */
function ticketKeysFor(shared: string, ca: string | undefined): Buffer {
  const authority = createHash('sha256')
    .update(ca ?? '')
    .digest();
  return Buffer.from(hkdfSync('sha256', Buffer.from(shared, 'base64'), authority, 'tls tickets', TICKET_KEY_BYTES));
}

/** The connection below: node:tls has no public way from a TLSSocket that a server made back to it. */
function rawSocketOf(secure: TLSSocket): Socket {
  const parent: unknown = Reflect.get(secure, '_parent');
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what was given to `handshake`
  return typeof parent === 'object' && parent !== null ? (parent as Socket) : secure;
}
