import type { Server, Socket } from 'node:net';

/** What Node has of the system's socket. It is not documented, so nothing of it need be there. */
interface SystemHandle {
  /** The number of the descriptor; below zero when there is none. */
  readonly fd?: number;
  /** Bytes of the write in progress that the kernel has not taken yet. */
  readonly writeQueueSize?: number;
}

/** @returns undefined before the socket is open and after it has ended */
export function systemHandle(socket: Socket | Server): SystemHandle | undefined {
  if (!hasHandle(socket)) return undefined;
  const { _handle: handle } = socket;
  return handle ?? undefined;
}

function hasHandle(socket: object): socket is { readonly _handle: SystemHandle | null } {
  return '_handle' in socket;
}
