import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Address } from './address.ts';

/** Opens a byte stream to a server. What is written before it is connected is sent once it is. */
export type Transport = (address: Address) => Duplex;

/** Plain TCP; a host name is looked up for each connection. */
export function openTcp(address: Address): Duplex {
  return connect({ host: address.host, port: address.port, noDelay: true });
}
