import type { Socket } from 'node:net';
import type { Connection } from './connection.ts';

/** The connection of a socket: event handlers are shared and find it there. Cheaper than an entry of a WeakMap. */
const connectionOf = Symbol('connection');

interface ConnectedSocket extends Socket {
  [connectionOf]?: Connection;
}

function onData(this: ConnectedSocket, chunk: Buffer): void {
  this[connectionOf]?.onData(chunk);
}

function onEnd(this: ConnectedSocket): void {
  this[connectionOf]?.onEnd();
}

function onClose(this: ConnectedSocket, hadError: boolean): void {
  this[connectionOf]?.onSocketClosed(hadError);
}

function onError(): void {}

/** An 'error' is always followed by 'close', which handles it. */
export function leaveErrorsToClose(socket: Socket): void {
  if (socket.listenerCount('error') === 0) socket.on('error', onError);
}

/** Brings what happens to a socket to its connection. */
export function passEvents(socket: ConnectedSocket, connection: Connection): void {
  socket[connectionOf] = connection;
  socket.on('data', onData);
  socket.on('end', onEnd);
  socket.on('close', onClose);
  leaveErrorsToClose(socket);
}
