import { connect, type ConnectOptions, type TickStormClient } from '@tick-storm/client';
import { PASSWORD, USERNAME, type ServerProcess } from './server-process.ts';

// Clients of the library for the cases of a file.

const clients: TickStormClient[] = [];

export function client(server: Pick<ServerProcess, 'port'>, options: Partial<ConnectOptions> = {}): TickStormClient {
  const where = options.addresses ? {} : { address: `127.0.0.1:${server.port}` };
  const made = connect({ ...where, username: USERNAME, password: PASSWORD, ...options });
  clients.push(made);
  return made;
}

/** For afterEach. */
export async function closeClients(): Promise<void> {
  await Promise.all(clients.splice(0).map((each) => each.close()));
}
