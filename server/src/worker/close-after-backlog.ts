import type { Server } from 'node:net';

/**
 * Closes a listener once everything that waits in its backlog is accepted: what is left there at the close is reset.
 * Node accepts one connection in each turn of the event loop, so it is closed after a whole turn without one.
 * @param maxAccepts when this many have come meanwhile, those that waited at the beginning are among them
 * @param onClosed called at the close; accepted connections may still be open
 */
export function closeAfterBacklog(server: Server, maxAccepts: number, onClosed: () => void): void {
  let accepted = 0;
  server.on('connection', () => accepted++);
  const look = (before: number): void => {
    setImmediate(() => {
      if (accepted > before && accepted < maxAccepts) {
        look(accepted);
        return;
      }
      server.close();
      onClosed();
    });
  };
  // The turn that is under way may have looked at the listener already.
  setImmediate(() => look(accepted));
}
