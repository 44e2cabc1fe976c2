import type { Socket } from 'node:net';
import type { Connection } from './connection.ts';

/** The connection of a socket: event handlers are shared and find it here. */
const connections = new WeakMap<Socket, Connection>();

function onData(this: Socket, chunk: Buffer): void {
  connections.get(this)?.onData(chunk);
}

function onEnd(this: Socket): void {
  connections.get(this)?.onEnd();
}

function onClose(this: Socket, hadError: boolean): void {
  connections.get(this)?.onSocketClosed(hadError);
}

/** An 'error' is always followed by 'close', which handles it. */
function onError(): void {}

/** Brings what happens to a socket to its connection. */
export function passEvents(socket: Socket, connection: Connection): void {
  connections.set(socket, connection);
  socket.on('data', onData);
  socket.on('end', onEnd);
  socket.on('close', onClose);
  socket.on('error', onError);
}
