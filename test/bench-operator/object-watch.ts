import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { text } from 'node:stream/consumers';
import { createInterface } from 'node:readline';
import { waitFor } from '../cluster/wait.ts';
import { readAccess, type Access } from '../chaos/kubeconfig-access.ts';

/** An object as a watch shows it. */
export interface WatchedObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid: string;
    readonly generation?: number;
    readonly resourceVersion: string;
  };
}

interface WatchEvent<T> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: T;
}

interface Waiting {
  readonly isMet: () => boolean;
  readonly resolve: (atMs: number) => void;
}

/** The objects of a collection, kept current past the operators and their proxies, to see at once what they do. */
export class ObjectWatch<T extends WatchedObject> {
  /** By `NAMESPACE/NAME`. */
  readonly objects: Map<string, T> = new Map<string, T>();
  readonly #access: Access;
  readonly #path: string;
  readonly #agent: Agent;
  #version = '';
  #isStopped = false;
  #waiting: Waiting[] = [];

  private constructor(kubeconfig: string, path: string) {
    this.#access = readAccess(kubeconfig);
    this.#path = path;
    const { ca, cert, key } = this.#access;
    this.#agent = new Agent({ keepAlive: true, ca, cert, key });
  }

  /** @param path of a collection, such as `/api/v1/secrets` */
  static async start<T extends WatchedObject>(kubeconfig: string, path: string): Promise<ObjectWatch<T>> {
    const watch = new ObjectWatch<T>(kubeconfig, path);
    // A kind that was defined a moment ago is not served at once.
    await waitFor(() => watch.#list(), { what: `${path} to be served`, timeoutMs: 30_000 });
    void watch.#follow();
    return watch;
  }

  /** Resolves with the moment (performance.now()) at which what is asked for has come about. */
  async until(isMet: (objects: ReadonlyMap<string, T>) => boolean, what: string, timeoutMs: number): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    const waiting = { isMet: () => isMet(this.objects), resolve };
    this.#waiting.push(waiting);
    const timer = setTimeout(() => reject(new Error(`waited ${timeoutMs / 1_000} s for ${what}`)), timeoutMs);
    this.#look();
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#waiting = this.#waiting.filter((other) => other !== waiting);
    }
  }

  stop(): void {
    this.#isStopped = true;
    this.#agent.destroy();
  }

  async #list(): Promise<true> {
    const list = JSON.parse(await text(await this.#get(''))) as {
      readonly metadata: { readonly resourceVersion: string };
      readonly items: readonly T[];
    };
    for (const item of list.items) this.objects.set(keyOf(item), item);
    this.#version = list.metadata.resourceVersion;
    return true;
  }

  async #follow(): Promise<void> {
    while (!this.#isStopped) {
      try {
        const response = await this.#get(`watch=true&resourceVersion=${this.#version}&timeoutSeconds=3600`);
        for await (const line of createInterface({ input: response })) this.#take(line);
      } catch {
        // The connection broke: it goes on from the last version, and whoever waits in vain says so.
      }
    }
  }

  async #get(query: string): Promise<IncomingMessage> {
    const url = new URL(this.#path, this.#access.server);
    const separator = url.search === '' ? '?' : '&';
    const call = request(`${url.href}${query === '' ? '' : separator}${query}`, { agent: this.#agent });
    call.end();
    const [response] = (await once(call, 'response')) as [IncomingMessage];
    if (response.statusCode === 200) return response;
    throw new Error(`GET ${url.href}: ${response.statusCode} ${await text(response)}`);
  }

  #take(line: string): void {
    const { type, object } = JSON.parse(line) as WatchEvent<T>;
    if (type === 'ERROR') throw new Error(`the watch of ${this.#path} failed: ${line}`);
    this.#version = object.metadata.resourceVersion;
    if (type === 'BOOKMARK') return;
    if (type === 'DELETED') this.objects.delete(keyOf(object));
    else this.objects.set(keyOf(object), object);
    this.#look();
  }

  #look(): void {
    for (const { isMet, resolve } of this.#waiting) if (isMet()) resolve(performance.now());
  }
}

function keyOf({ metadata: { namespace = '', name } }: WatchedObject): string {
  return `${namespace}/${name}`;
}
