import { connect, type OnReadOpts } from 'node:net';
import { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import type { Address } from './address.ts';
import { spreadLookup } from './spread-lookup.ts';
import type { TlsSource } from './tls-options.ts';

/**
 * Opens a byte stream to a server. What is written before it is connected is sent once it is; what comes from there is
 * given to `receive` and not to be read from the stream, which is paused and resumed as ever.
 * @param receive takes bytes that are overwritten when it has returned
 */
export type Transport = (address: Address, receive: (bytes: Buffer) => void) => Duplex;

/**
 * What all plain TCP sockets read into, one at a time: each hands its bytes on before the next one reads. A chunk of its
 * own for each read is 64 KiB to be taken and given back, however little comes (docs/adr/0026-one-read-buffer.md).
 */
const shared = Buffer.allocUnsafeSlow(65_536);

/**
 * TCP, or TLS where there is a source of what it needs. A host name is looked up for each connection.
 * @param random numbers in [0, 1): which of a name's addresses comes first
 */
export function transportFor(tls: TlsSource | undefined, random: () => number): Transport {
  const lookup = spreadLookup(random);
  return ({ host, port }, receive) => {
    if (!tls) return connect({ host, port, noDelay: true, lookup, onread: sharing(receive) });
    try {
      const socket = connectTls({ ...tls(), host, port, lookup });
      socket.setNoDelay(true);
      socket.on('data', receive);
      return socket;
    } catch (error) {
      return failed(error);
    }
  };
}

function sharing(receive: (bytes: Buffer) => void): OnReadOpts {
  return {
    buffer: shared,
    callback: (bytesRead) => {
      receive(shared.subarray(0, bytesRead));
      return true;
    },
  };
}

/** Certificates that cannot be read are a connection that cannot be made: the next attempt may find them whole. */
function failed(error: unknown): Duplex {
  return new Duplex({ read: () => {} }).destroy(error instanceof Error ? error : new Error(String(error)));
}
