import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ListenAddress } from '../config/listen-address.ts';
import { HttpListener } from './http-listener.ts';
import { reply, replyJson } from './http-reply.ts';
import { answerProbe } from './probe.ts';
import type { Readiness } from './service-state.ts';

export interface EndpointSources {
  readiness: () => Readiness;
  /** False when only a restart of the whole server can help. */
  isAlive: () => boolean;
  /** The Prometheus exposition text. */
  metrics: () => Promise<string>;
  /** For people and tools, as JSON. */
  stats: () => Promise<object>;
}

const METRICS_TYPE = 'text/plain; version=0.0.4';

/** Serves /metrics, /stats, /healthz, /readyz and /startupz. */
export class HttpEndpoints {
  readonly #sources: EndpointSources;
  readonly #listener: HttpListener;

  constructor(sources: EndpointSources) {
    this.#sources = sources;
    this.#listener = new HttpListener((request, response) => void this.#answer(request, response));
  }

  /** @returns HOST:PORT that it listens on */
  listen(address: ListenAddress): Promise<string> {
    return this.#listener.listen(address);
  }

  close(): void {
    this.#listener.close();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // A target such as `//` is no URL; that is the client's fault and must not throw.
    const url = URL.parse(request.url ?? '/', 'http://localhost');
    const path = url?.pathname ?? '';
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD');
      reply(response, 405, 'only GET and HEAD are allowed\n');
      return;
    }
    switch (path) {
      case '/healthz':
      case '/startupz':
      case '/readyz': {
        const isVerbose = url?.searchParams.has('verbose') ?? false;
        const { status, body } = answerProbe(path, this.#sources.readiness(), this.#sources.isAlive(), isVerbose);
        reply(response, status, body);
        break;
      }
      case '/metrics':
        await this.#answerCollected(response, async () =>
          reply(response, 200, await this.#sources.metrics(), METRICS_TYPE),
        );
        break;
      case '/stats':
        await this.#answerCollected(response, async () => replyJson(response, 200, await this.#sources.stats()));
        break;
      default:
        reply(response, 404, 'known are /metrics /stats /healthz /readyz /startupz\n');
    }
  }

  /** What all processes are asked for: that it fails must not end this one. */
  async #answerCollected(response: ServerResponse, answer: () => Promise<void>): Promise<void> {
    try {
      await answer();
    } catch {
      reply(response, 500, 'it could not be collected\n');
    }
  }
}
