import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';

/** One address before many servers, as a Service is: new connections go to the one that is chosen. */
export class Switchboard {
  /** Where new connections go. */
  target: number;
  readonly #server: Server;
  readonly #sockets: Set<Socket> = new Set();

  private constructor(target: number) {
    this.target = target;
    this.#server = createServer({ allowHalfOpen: true }, (near) => void this.#join(near));
  }

  /** @param target the port that connections go to at first */
  static async start(target: number): Promise<Switchboard> {
    const board = new Switchboard(target);
    board.#server.listen(0, '127.0.0.1');
    await once(board.#server, 'listening');
    return board;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  stop(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  async #join(near: Socket): Promise<void> {
    const far = connect({ port: this.target, host: '127.0.0.1', allowHalfOpen: true });
    for (const socket of [near, far]) {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    }
    // A server that is killed resets its connections; for the client that is the end of this one too.
    await Promise.all([pipeline(near, far), pipeline(far, near)]).catch(() => {
      near.destroy();
      far.destroy();
    });
  }
}
