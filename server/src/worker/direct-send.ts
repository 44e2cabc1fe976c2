import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { systemHandle } from './system-handle.ts';

/** Gives bytes to a socket of the system. @returns how many it has taken, or -1 when it takes none or has failed */
export type SystemSend = (descriptor: number, bytes: Buffer) => number;

/** No way past the stream. */
export const NO_DESCRIPTOR = -1;

/**
 * The number of a socket through which {@link sendDirectly} can send.
 * @returns NO_DESCRIPTOR for one that it cannot: what goes over TLS must be encrypted by the stream
 */
export function directDescriptor(socket: Socket): number {
  if (socket instanceof TLSSocket) return NO_DESCRIPTOR;
  return systemHandle(socket)?.fd ?? NO_DESCRIPTOR;
}

/**
 * Gives bytes to the kernel past the stream of the socket, which costs more than a tenth of a write
 * (docs/adr/0023-direct-sends.md). Only while nothing waits in the stream: else the bytes would overtake it.
 * @param descriptor what {@link directDescriptor} said
 * @returns how many bytes the kernel has taken: what is left, and every error, is for the stream
 */
export function sendDirectly(socket: Socket, descriptor: number, bytes: Buffer, send: SystemSend): number {
  // A socket that has ended has no handle, and its number may be another's already.
  if (systemHandle(socket) === undefined) return 0;
  return Math.max(0, send(descriptor, bytes));
}
