import type { Socket } from 'node:net';

/** What is told of what happens to a socket. */
export interface SocketObserver {
  onData(chunk: Buffer): void;
  onEnd(): void;
  /** The socket has failed: its descriptor is closed, and the next connection may get the same. */
  onSocketFailed(): void;
  onSocketClosed(hadError: boolean): void;
}

/** The connection of a socket: event handlers are shared and find it there. Cheaper than an entry of a WeakMap. */
const connectionOf = Symbol('connection');

interface ConnectedSocket extends Socket {
  [connectionOf]?: SocketObserver | undefined;
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

function onError(this: ConnectedSocket): void {
  this[connectionOf]?.onSocketFailed();
}

/** An 'error' is always followed by 'close', which tells how the connection ended. */
export function leaveErrorsToClose(socket: Socket): void {
  if (socket.listenerCount('error') === 0) socket.on('error', onError);
}

/** Brings what happens to a socket to its connection. */
export function passEvents(socket: ConnectedSocket, connection: SocketObserver): void {
  socket[connectionOf] = connection;
  socket.on('data', onData);
  socket.on('end', onEnd);
  socket.on('close', onClose);
  leaveErrorsToClose(socket);
}

/** Nothing of what happens to a socket is told any more. */
export function keepEvents(socket: ConnectedSocket): void {
  socket[connectionOf] = undefined;
}
