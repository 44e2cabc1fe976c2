import { HttpMethod, RequestContext, type KubeConfig } from '@kubernetes/client-node';
import { createHash } from 'node:crypto';
import type { RequestOptions } from 'node:https';
import { Agent, ProxyAgent, type Dispatcher } from 'undici';
import { trusted } from './trusted.ts';

/** What a request needs beside its path: where to, who we are, and the pool of connections. */
export interface Access {
  readonly baseUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly dispatcher: Dispatcher;
}

/** How long credentials that were read are used before they are read again (tokens in files are rotated). */
const CREDENTIALS_FRESH_MS = 30_000;

type Connect = NonNullable<Agent.Options['connect']>;

/** TCP keep-alive as client-go sets it, below what cloud load balancers drop idle connections after. */
const KEEP_ALIVE = { keepAlive: true, keepAliveInitialDelay: 30_000 };

/**
 * The way to one API server: client-node's KubeConfig for authentication and TLS, a connection pool of our own.
 * HTTP/1.1 on purpose: with HTTP/2 all watches share one connection, and one stalled stream stalls them all.
 */
export class ApiConnection {
  readonly #config: KubeConfig;
  readonly #now: () => number;
  #access: Access | undefined;
  #readAtMs = 0;
  #tlsFingerprint = '';

  constructor(config: KubeConfig, now: () => number = () => performance.now()) {
    this.#config = config;
    this.#now = now;
  }

  /** Current credentials and pool. `refresh` reads them anew, after the server refused the old ones. */
  async access(refresh = false): Promise<Access> {
    if (this.#access !== undefined && !refresh && this.#now() - this.#readAtMs < CREDENTIALS_FRESH_MS) {
      return this.#access;
    }
    const cluster = this.#config.getCurrentCluster();
    if (cluster === null) throw new Error('the kubeconfig has no current cluster');
    const options: RequestOptions = {};
    await this.#config.applyToHTTPSOptions(options);
    const headers = { ...trusted<Record<string, string> | undefined>(options.headers) };
    if (typeof options.auth === 'string') {
      headers['Authorization'] = `Basic ${Buffer.from(options.auth).toString('base64')}`;
    }
    const fingerprint = tlsFingerprint(options);
    const previous = this.#access?.dispatcher;
    const isSame = previous !== undefined && fingerprint === this.#tlsFingerprint;
    const dispatcher = isSame ? previous : await this.#createDispatcher(options);
    // Certificates were rotated: what is under way on the old connections may end, then they close.
    if (previous !== undefined && !isSame) void previous.close();
    this.#tlsFingerprint = fingerprint;
    this.#readAtMs = this.#now();
    this.#access = { baseUrl: cluster.server.replace(/\/+$/, ''), headers, dispatcher };
    return this.#access;
  }

  /** Closes idle connections and aborts those in use. */
  async close(): Promise<void> {
    await this.#access?.dispatcher.destroy();
  }

  async #createDispatcher(options: RequestOptions): Promise<Dispatcher> {
    const { ca, cert, key, passphrase, rejectUnauthorized, servername } = options;
    const tls = { ca, cert, key, passphrase, rejectUnauthorized, servername };
    const wanted = this.#config.createDispatcherOptions(this.#config.getCurrentCluster(), tls);
    if (wanted.type === 'agent') return new Agent({ connect: trusted<Connect>(wanted.connect), allowH2: false });
    if (wanted.type === 'none') return new Agent({ connect: KEEP_ALIVE, allowH2: false });
    if (wanted.type === 'proxy') {
      const requestTls = trusted<NonNullable<ProxyAgent.Options['requestTls']>>(wanted.requestTls);
      return new ProxyAgent({ uri: wanted.uri, requestTls, connect: trusted<Connect>(wanted.connect) });
    }
    // Only client-node knows how to tunnel through SOCKS.
    const context = new RequestContext('https://unused.invalid', HttpMethod.GET);
    await this.#config.applySecurityAuthentication(context);
    return context.getDispatcher() ?? new Agent({ connect: KEEP_ALIVE });
  }
}

function tlsFingerprint(options: RequestOptions): string {
  const { ca, cert, key, passphrase, servername, rejectUnauthorized } = options;
  const parts = JSON.stringify([ca, cert, key, passphrase, servername, rejectUnauthorized]);
  return createHash('sha256').update(parts).digest('hex');
}
