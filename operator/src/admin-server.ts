import { createServer, type Server, type ServerResponse } from 'node:http';
import type { Registry } from 'prom-client';

export interface AdminServerOptions {
  /** Empty: every address. */
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  readonly registry: Registry;
  /** Why the operator should be restarted; undefined while it is healthy. */
  readonly unhealthy: () => string | undefined;
  /** Why the operator is not ready; undefined when it is. */
  readonly unready: () => string | undefined;
}

/** The HTTP endpoint for probes and scrapes: `/healthz`, `/readyz`, `/metrics`. */
export class AdminServer {
  readonly #options: AdminServerOptions;
  readonly #server: Server;

  constructor(options: AdminServerOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => {
      this.#answer(request.url ?? '/', response).catch((error: unknown) => {
        response.writeHead(500).end(`${String(error)}\n`);
      });
    });
  }

  /** Starts to listen. @returns the port */
  async listen(): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#server.once('error', reject);
    const { host, port } = this.#options;
    this.#server.listen(host === '' ? { port } : { host, port }, resolve);
    await promise;
    const address = this.#server.address();
    return address !== null && typeof address === 'object' ? address.port : this.#options.port;
  }

  async close(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    this.#server.closeAllConnections();
    await promise;
  }

  async #answer(url: string, response: ServerResponse): Promise<void> {
    const { registry, unhealthy, unready } = this.#options;
    switch (url.replace(/\?.*$/, '')) {
      case '/healthz':
        return report(response, unhealthy());
      case '/readyz':
        return report(response, unready());
      case '/metrics': {
        const text = await registry.metrics();
        response.writeHead(200, { 'content-type': registry.contentType }).end(text);
        return;
      }
      default:
        response.writeHead(404).end('known are /healthz, /readyz and /metrics\n');
    }
  }
}

function report(response: ServerResponse, problem: string | undefined): void {
  response.writeHead(problem === undefined ? 200 : 503).end(`${problem ?? 'ok'}\n`);
}
