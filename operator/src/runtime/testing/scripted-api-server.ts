import { KubeConfig } from '@kubernetes/client-node';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { ApiClient } from '../api-client.ts';
import { ApiConnection } from '../api-connection.ts';
import type { ApiClientOptions } from '../api-options.ts';
import { trusted } from '../trusted.ts';

/** A request as a script sees it. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** Answers one request; may keep the response open. */
export type Handler = (request: SeenRequest, response: ServerResponse) => void;

/**
 * An API server that does what a test tells it to: for faults that the real one does not have on demand, such as a
 * 410, a hang or half a line.
 */
export class ScriptedApiServer {
  readonly seen: SeenRequest[] = [];
  readonly #server: Server;
  readonly #connections: ApiConnection[] = [];

  constructor(handler: Handler) {
    this.#server = createServer((request, response) => {
      void this.#handle(handler, request, response);
    });
  }

  async #handle(handler: Handler, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const url = new URL(request.url ?? '/', 'http://localhost');
    const { method = '', headers } = request;
    const seen = { method, path: url.pathname, query: url.searchParams, headers, body };
    this.seen.push(seen);
    handler(seen, response);
  }

  /** Starts it, and returns a client of it. */
  async start(options: Partial<ApiClientOptions> = {}): Promise<ApiClient> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.listen(0, '127.0.0.1', resolve);
    await promise;
    const connection = new ApiConnection(this.kubeConfig);
    this.#connections.push(connection);
    const retry = { attempts: 4, firstDelayMs: 1, longestDelayMs: 5 };
    return ApiClient.over(connection, { userAgent: 'test/1', retry, ...options });
  }

  /** The way to it, once it has been started. */
  get kubeConfig(): KubeConfig {
    const { port } = trusted<AddressInfo>(this.#server.address());
    const config = new KubeConfig();
    // Plain HTTP is allowed only with skipTLSVerify.
    const cluster = { name: 'scripted', server: `http://127.0.0.1:${port}`, skipTLSVerify: true };
    config.loadFromClusterAndUser(cluster, { name: 'user', token: 'secret-token' });
    return config;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#connections.map((connection) => connection.close()));
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    this.#server.closeAllConnections();
    await promise;
  }
}

/** Sends a JSON answer. */
export function answer(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}
