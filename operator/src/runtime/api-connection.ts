import { HttpMethod, KubeConfig, RequestContext, type User } from '@kubernetes/client-node';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
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
/** Pause after credentials that could not be read anew. */
const READ_AGAIN_MS = 5_000;
/** Time after which a reading counts as failed: a credential plugin may hang, as one that waits for an answer does. */
const READ_DEADLINE_MS = 30_000;

type Connect = NonNullable<Agent.Options['connect']>;

/** TCP keep-alive as client-go sets it, below what cloud load balancers drop idle connections after. */
const KEEP_ALIVE = { keepAlive: true, keepAliveInitialDelay: 30_000 };

/**
 * The way to one API server: client-node's KubeConfig for authentication and TLS, a connection pool of our own.
 * HTTP/1.1 on purpose: with HTTP/2 all watches share one connection, and one stalled stream stalls them all.
 */
export class ApiConnection {
  #config: KubeConfig;
  readonly #now: () => number;
  #access: Access | undefined;
  /** The reading that {@link #access} comes from, and the last one that began, counted from 1. */
  #accessReading = 0;
  #lastReading = 0;
  #freshUntilMs = 0;
  #tlsFingerprint = '';
  /** The reading of credentials that is under way. */
  #reading: Promise<Access> | undefined;

  constructor(config: KubeConfig, now: () => number = () => performance.now()) {
    this.#config = config;
    this.#now = now;
  }

  /**
   * Current credentials and pool. What cannot be read anew, within 30 s, is used on, unless the server has refused it.
   * @param refused credentials that the server has refused (401): they are read anew, if nobody has done so since
   */
  async access(refused?: Access): Promise<Access> {
    const known = this.#access;
    if (known !== undefined && known !== refused && this.#now() < this.#freshUntilMs) return known;
    // Callers that come meanwhile wait for the same: each would start its own plugin, and its own pool.
    this.#reading ??= inTime(this.#read(known !== undefined && known === refused)).finally(
      () => (this.#reading = undefined),
    );
    try {
      return await this.#reading;
    } catch (error) {
      // Not what was known at the beginning: an earlier reading may have come late.
      const last = this.#access;
      if (last === undefined || last === refused) throw error;
      this.#freshUntilMs = this.#now() + READ_AGAIN_MS;
      return last;
    }
  }

  async #read(isRefused: boolean): Promise<Access> {
    const cluster = this.#config.getCurrentCluster();
    if (cluster === null) throw new Error('the kubeconfig has no current cluster');
    const reading = ++this.#lastReading;
    if (isRefused) this.#config = withoutPluginMemory(this.#config);
    const options: RequestOptions = {};
    await this.#config.applyToHTTPSOptions(options);
    const headers = { ...trusted<Record<string, string> | undefined>(options.headers) };
    if (typeof options.auth === 'string') {
      headers['Authorization'] = `Basic ${Buffer.from(options.auth).toString('base64')}`;
    }
    const token = await tokenOfFile(this.#config.getCurrentUser());
    if (token !== undefined) headers['Authorization'] = `Bearer ${token}`;
    const fingerprint = tlsFingerprint(options);
    const previous = this.#access?.dispatcher;
    const isSame = previous !== undefined && fingerprint === this.#tlsFingerprint;
    const dispatcher = isSame ? previous : await this.#createDispatcher(options);
    // After its deadline a reading still counts, unless a newer one was faster.
    if (this.#access !== undefined && reading < this.#accessReading) {
      if (!isSame) void dispatcher.close();
      return this.#access;
    }
    // Certificates were rotated: what is under way on the old connections may end, then they close.
    const replaced = this.#access?.dispatcher;
    if (replaced !== undefined && replaced !== dispatcher) void replaced.close();
    this.#accessReading = reading;
    this.#tlsFingerprint = fingerprint;
    this.#freshUntilMs = this.#now() + CREDENTIALS_FRESH_MS;
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
      return new ProxyAgent({ uri: wanted.uri, requestTls, connect: trusted<Connect>(wanted.connect), allowH2: false });
    }
    // Only client-node knows how to tunnel through SOCKS.
    const context = new RequestContext('https://unused.invalid', HttpMethod.GET);
    await this.#config.applySecurityAuthentication(context);
    return context.getDispatcher() ?? new Agent({ connect: KEEP_ALIVE });
  }
}

/** Rejects when the reading has not ended by its deadline. It cannot be stopped: client-node has no way to. */
async function inTime(reading: Promise<Access>): Promise<Access> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    late.reject(new Error(`the credentials could not be read within ${READ_DEADLINE_MS / 1_000} s`));
  }, READ_DEADLINE_MS);
  try {
    return await Promise.race([reading, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * The token of a user whose token is in a file, such as a pod's. client-node keeps what it has read for a minute of the
 * wall clock, also after the server refused it, and takes the end of a line for a part of it.
 */
async function tokenOfFile(user: User | null): Promise<string | undefined> {
  const provider = trusted<{ readonly config?: { readonly tokenFile?: string } } | undefined>(user?.authProvider);
  const file = provider?.config?.tokenFile;
  if (file === undefined || user?.token !== undefined) return undefined;
  const token = (await readFile(file, 'utf8')).trim();
  if (token === '') throw new Error(`the token file ${file} is empty`);
  return token;
}

/** The same configuration whose credential plugin is run again: client-node keeps what has no expiry for ever. */
function withoutPluginMemory(config: KubeConfig): KubeConfig {
  const plugin: unknown = config.getCurrentUser()?.exec;
  if (plugin === undefined || plugin === null) return config;
  const { clusters, contexts, users, currentContext } = config;
  const forgetful = new KubeConfig();
  forgetful.loadFromOptions({ clusters, contexts, users, currentContext });
  return forgetful;
}

function tlsFingerprint(options: RequestOptions): string {
  const { ca, cert, key, passphrase, servername, rejectUnauthorized } = options;
  const parts = JSON.stringify([ca, cert, key, passphrase, servername, rejectUnauthorized]);
  return createHash('sha256').update(parts).digest('hex');
}
