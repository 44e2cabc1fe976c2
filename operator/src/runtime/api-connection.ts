import { HttpMethod, KubeConfig, RequestContext, type User } from '@kubernetes/client-node';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { RequestOptions } from 'node:https';
import { Agent, ProxyAgent, type Dispatcher } from 'undici';
import { CredentialPlugin, type PluginCredential } from './credential-plugin.ts';
import { trusted } from './trusted.ts';
import { unlessAborted } from './unless-aborted.ts';

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
/** Wait for a reading, after which known credentials are used on: less than a leader has to renew its lease. */
const PATIENCE_MS = 2_000;

/** A reading of credentials that is under way. */
interface Reading {
  readonly access: Promise<Access>;
  /** Resolves when whoever has credentials is to go on with these. */
  readonly patience: Promise<void>;
  /** Ends it. */
  readonly stop: AbortController;
}

type Connect = NonNullable<Agent.Options['connect']>;

/** TCP keep-alive as client-go sets it, below what cloud load balancers drop idle connections after. */
const KEEP_ALIVE = { keepAlive: true, keepAliveInitialDelay: 30_000 };

/**
 * The way to one API server: client-node's KubeConfig for authentication and TLS, a connection pool of our own.
 * HTTP/1.1 on purpose: with HTTP/2 all watches share one connection, and one stalled stream stalls them all.
 */
export class ApiConnection {
  readonly #config: KubeConfig;
  readonly #plugin: CredentialPlugin | undefined;
  readonly #now: () => number;
  #access: Access | undefined;
  /** The reading that {@link #access} comes from, and the last one that began, counted from 1. */
  #accessReading = 0;
  #lastReading = 0;
  #freshUntilMs = 0;
  #tlsFingerprint = '';
  /** The one that callers wait for. */
  #reading: Reading | undefined;

  constructor(config: KubeConfig, now: () => number = () => performance.now()) {
    this.#config = config;
    this.#plugin = CredentialPlugin.of(config.getCurrentUser());
    this.#now = now;
  }

  /**
   * Current credentials and pool. What cannot be read anew is used on, unless the server has refused it: after 2 s of
   * waiting, while the reading goes on for up to 30 s.
   * @param refused credentials that the server has refused (401): they are read anew, if nobody has done so since
   */
  async access(refused?: Access): Promise<Access> {
    const known = this.#access;
    const isUsable = known !== undefined && known !== refused;
    if (isUsable && this.#now() < this.#freshUntilMs) return known;
    // Callers that come meanwhile wait for the same: each would start its own plugin, and its own pool.
    const { access, patience } = (this.#reading ??= this.#begin(known !== undefined && known === refused));
    try {
      return await (isUsable ? Promise.race([access, patience.then(() => this.#access ?? known)]) : access);
    } catch (error) {
      // Not what was known at the beginning: an earlier reading may have come late.
      const last = this.#access;
      if (last === undefined || last === refused) throw error;
      return last;
    }
  }

  #begin(isRefused: boolean): Reading {
    const stop = new AbortController();
    const patience = Promise.withResolvers<void>();
    const timers = [
      setTimeout(() => patience.resolve(), PATIENCE_MS),
      setTimeout(() => {
        stop.abort(new Error(`the credentials could not be read within ${READ_DEADLINE_MS / 1_000} s`));
      }, READ_DEADLINE_MS),
    ];
    const access = this.#readUntil(stop.signal, isRefused).finally(() =>
      timers.forEach((timer) => clearTimeout(timer)),
    );
    // Nobody may wait for it any more.
    access.catch(() => undefined);
    return { access, patience: patience.promise, stop };
  }

  async #readUntil(signal: AbortSignal, isRefused: boolean): Promise<Access> {
    try {
      return await unlessAborted(this.#read(signal, isRefused), signal);
    } catch (error) {
      if (!isRefused) this.#freshUntilMs = this.#now() + READ_AGAIN_MS;
      throw error;
    } finally {
      this.#reading = undefined;
    }
  }

  async #read(signal: AbortSignal, isRefused: boolean): Promise<Access> {
    const cluster = this.#config.getCurrentCluster();
    if (cluster === null) throw new Error('the kubeconfig has no current cluster');
    const reading = ++this.#lastReading;
    const given = this.#plugin && (await this.#plugin.credential(isRefused, signal));
    const config = given === undefined ? this.#config : withCredential(this.#config, given);
    const options: RequestOptions = {};
    await config.applyToHTTPSOptions(options);
    const headers = { ...trusted<Record<string, string> | undefined>(options.headers) };
    if (typeof options.auth === 'string') {
      headers['Authorization'] = `Basic ${Buffer.from(options.auth).toString('base64')}`;
    }
    const token = await tokenOfFile(this.#config.getCurrentUser());
    if (token !== undefined) headers['Authorization'] = `Bearer ${token}`;
    const fingerprint = tlsFingerprint(options);
    const previous = this.#access?.dispatcher;
    const isSame = previous !== undefined && fingerprint === this.#tlsFingerprint;
    const dispatcher = isSame ? previous : await createDispatcher(config, options);
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

  /** Closes idle connections, aborts those in use, and ends a credential plugin that still runs. */
  async close(): Promise<void> {
    this.#reading?.stop.abort(new Error('the connection to the API server is closed'));
    await this.#access?.dispatcher.destroy();
  }
}

async function createDispatcher(config: KubeConfig, options: RequestOptions): Promise<Dispatcher> {
  const { ca, cert, key, passphrase, rejectUnauthorized, servername } = options;
  const tls = { ca, cert, key, passphrase, rejectUnauthorized, servername };
  const wanted = config.createDispatcherOptions(config.getCurrentCluster(), tls);
  if (wanted.type === 'agent') return new Agent({ connect: trusted<Connect>(wanted.connect), allowH2: false });
  if (wanted.type === 'none') return new Agent({ connect: KEEP_ALIVE, allowH2: false });
  if (wanted.type === 'proxy') {
    const requestTls = trusted<NonNullable<ProxyAgent.Options['requestTls']>>(wanted.requestTls);
    return new ProxyAgent({ uri: wanted.uri, requestTls, connect: trusted<Connect>(wanted.connect), allowH2: false });
  }
  // Only client-node knows how to tunnel through SOCKS.
  const context = new RequestContext('https://unused.invalid', HttpMethod.GET);
  await config.applySecurityAuthentication(context);
  return context.getDispatcher() ?? new Agent({ connect: KEEP_ALIVE });
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

/** The same configuration, whose current user has what its plugin gave in place of the plugin. */
function withCredential(config: KubeConfig, given: PluginCredential): KubeConfig {
  const { clusters, contexts, currentContext } = config;
  const current = config.getCurrentUser();
  const own = current?.token === undefined ? {} : { token: current.token };
  // client-node takes a file before what is given as data.
  const noFiles = given.certData === undefined ? {} : { certFile: undefined, keyFile: undefined };
  const signedIn = trusted<User>({ ...current, ...noFiles, ...given, ...own, exec: undefined });
  const users = config.users.map((user) => (user === current ? signedIn : user));
  const plain = new KubeConfig();
  plain.loadFromOptions({ clusters, contexts, users, currentContext });
  return plain;
}

function tlsFingerprint(options: RequestOptions): string {
  const { ca, cert, key, passphrase, servername, rejectUnauthorized } = options;
  const parts = JSON.stringify([ca, cert, key, passphrase, servername, rejectUnauthorized]);
  return createHash('sha256').update(parts).digest('hex');
}
