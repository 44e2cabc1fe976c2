import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';

const SIGNATURE = Buffer.from('0d0a0d0a000d0a515549540a', 'hex');

/** A PROXY protocol v2 header, written independently of the server. @param fields command, family, and what follows */
export function proxyHeader(command: number, family: number, body: Uint8Array = Buffer.alloc(0)): Buffer {
  const fixed = Buffer.from([0x20 | command, family, body.length >> 8, body.length & 0xff]);
  return Buffer.concat([SIGNATURE, fixed, body]);
}

/** The header of a client with this IPv4 address. @param tlvs further bytes */
export function proxied(address: string, tlvs: Uint8Array = Buffer.alloc(0)): Buffer {
  const source = address.split('.').map(Number);
  return proxyHeader(1, 0x11, Buffer.concat([Buffer.from([...source, 10, 0, 0, 1, 0x1f, 0x90, 0x1f, 0x90]), tlvs]));
}

/** The header of a client with this IPv6 address, all eight groups written out. */
export function proxied6(address: string): Buffer {
  const body = Buffer.alloc(36);
  for (const [index, group] of address.split(':').entries()) body.writeUInt16BE(Number.parseInt(group, 16), 2 * index);
  return proxyHeader(1, 0x21, body);
}

/** The connection as a stream whose first write carries `preamble` before it. */
export function withPreamble(socket: Socket, preamble: Buffer): Duplex {
  let pending: Buffer | undefined = preamble;
  const stream = new Duplex({
    read: () => socket.resume(),
    write: (chunk: Buffer, _encoding, done) => {
      socket.write(pending ? Buffer.concat([pending, chunk]) : chunk, done);
      pending = undefined;
    },
    final: (done) => socket.end(done),
    destroy: (error, done) => {
      socket.destroy();
      done(error);
    },
  });
  socket.on('data', (chunk) => {
    if (!stream.push(chunk)) socket.pause();
  });
  socket.on('end', () => stream.push(null));
  socket.on('error', (error) => stream.destroy(error));
  socket.on('close', () => stream.destroy());
  return stream;
}
