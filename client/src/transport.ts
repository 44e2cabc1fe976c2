import { connect } from 'node:net';
import { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import type { Address } from './address.ts';
import { spreadLookup } from './spread-lookup.ts';
import type { TlsSource } from './tls-options.ts';

/** Opens a byte stream to a server. What is written before it is connected is sent once it is. */
export type Transport = (address: Address) => Duplex;

/**
 * TCP, or TLS where there is a source of what it needs. A host name is looked up for each connection.
 * @param random numbers in [0, 1): which of a name's addresses comes first
 */
export function transportFor(tls: TlsSource | undefined, random: () => number): Transport {
  const lookup = spreadLookup(random);
  return ({ host, port }) => {
    if (!tls) return connect({ host, port, noDelay: true, lookup });
    try {
      const socket = connectTls({ ...tls(), host, port, lookup });
      socket.setNoDelay(true);
      return socket;
    } catch (error) {
      return failed(error);
    }
  };
}

/** Certificates that cannot be read are a connection that cannot be made: the next attempt may find them whole. */
function failed(error: unknown): Duplex {
  return new Duplex({ read: () => {} }).destroy(error instanceof Error ? error : new Error(String(error)));
}
