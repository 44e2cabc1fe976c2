import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ListenAddress } from '../config/listen-address.ts';
import type { AdminRoutes } from './admin-routes.ts';
import type { AdminToken } from './admin-token.ts';
import { HttpListener } from './http-listener.ts';
import { HttpProblem } from './http-problem.ts';
import { replyJson } from './http-reply.ts';
import { readJsonBody } from './json-body.ts';
import type { Logger } from './logger.ts';
import { SampledLog } from './sampled-log.ts';

export interface AdminServerOptions {
  token: AdminToken;
  routes: AdminRoutes;
  logger: Logger;
}

/** The admin port: JSON in and out, for callers with the bearer token only. */
export class AdminServer {
  readonly #options: AdminServerOptions;
  readonly #listener: HttpListener;
  readonly #refusals: SampledLog;

  constructor(options: AdminServerOptions) {
    this.#options = options;
    this.#refusals = new SampledLog(options.logger);
    this.#listener = new HttpListener((request, response) => void this.#serve(request, response));
  }

  /** @returns HOST:PORT that it listens on */
  listen(address: ListenAddress): Promise<string> {
    return this.#listener.listen(address);
  }

  close(): void {
    this.#listener.close();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      replyJson(response, 200, await this.#answer(request));
    } catch (error) {
      if (error instanceof HttpProblem) {
        replyJson(response, error.status, { error: error.message, allowed: error.allowed }, error.headers);
        return;
      }
      const reason = error instanceof Error ? error.message : String(error);
      this.#options.logger.error('admin request failed', { method: request.method, url: request.url, reason });
      replyJson(response, 500, { error: 'the request failed; the log says why', allowed: '' });
    }
  }

  async #answer(request: IncomingMessage): Promise<unknown> {
    const { token, routes, logger } = this.#options;
    const { method = 'GET', headers, socket } = request;
    const url = URL.parse(request.url ?? '/', 'http://localhost');
    if (!token.admits(headers.authorization)) {
      const { remoteAddress: address } = socket;
      this.#refusals.log('warn', 'no_token', 'admin request without the token', { address });
      const challenge = { 'www-authenticate': 'Bearer realm="tick-storm admin"' };
      throw new HttpProblem(401, 'the bearer token is missing or wrong', 'Authorization: Bearer TOKEN', challenge);
    }
    const { pathname, searchParams } = url ?? new URL('http://localhost/-');
    const { handle, match } = routes.find(method, pathname);
    const body = await readJsonBody(request);
    if (method !== 'GET') logger.info('admin request', { method, path: pathname, address: socket.remoteAddress });
    return handle({ match, query: searchParams, body });
  }
}
