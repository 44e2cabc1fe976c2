import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { waitFor } from '../cluster/wait.ts';
import { readAccess, type Access } from './kubeconfig-access.ts';

/** An administrator who changes things past every fault: asks again until the API server answers. */
export class AdminClient {
  readonly #access: Access;
  readonly #agent: Agent;

  constructor(kubeconfig: string) {
    this.#access = readAccess(kubeconfig);
    const { ca, cert, key } = this.#access;
    this.#agent = new Agent({ keepAlive: true, ca, cert, key });
  }

  /** Server-side apply. Its kind and its namespace may have been made just now, and not be known everywhere. */
  async apply(path: string, body: object): Promise<void> {
    const url = `${path}?fieldManager=chaos&force=true`;
    await waitFor(async () => !isMissing(await this.#send('PATCH', url, body, 'application/apply-patch+yaml')), {
      what: `${path} to be served`,
      timeoutMs: 60_000,
      intervalMs: 500,
    });
  }

  async mergePatch(path: string, body: object): Promise<void> {
    await this.#send('PATCH', `${path}?fieldManager=chaos`, body, 'application/merge-patch+json');
  }

  /** Nothing there is as good as deleted. */
  async delete(path: string): Promise<void> {
    await this.#send('DELETE', path, { propagationPolicy: 'Background' }, 'application/json');
  }

  /** Deletes what is there, and waits until it has gone. */
  async remove(path: string, timeoutMs: number): Promise<void> {
    await this.delete(path);
    const isGone = async (): Promise<boolean> => (await this.get(path)) === undefined;
    await waitFor(isGone, { what: `${path} to go`, timeoutMs, intervalMs: 500 });
  }

  /** Undefined: it is not there. */
  async get<T>(path: string): Promise<T | undefined> {
    const answer = await this.#send('GET', path);
    return isMissing(answer) ? undefined : (JSON.parse(answer) as T);
  }

  async list<T>(path: string): Promise<readonly T[]> {
    const { items } = JSON.parse(await this.#send('GET', path)) as { readonly items: readonly T[] };
    return items;
  }

  close(): void {
    this.#agent.destroy();
  }

  async #send(method: string, path: string, body?: object, contentType = ''): Promise<string> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#once(method, path, body, contentType);
      } catch (error) {
        if (attempt === 100 || error instanceof RefusedError) throw error;
        await delay(500);
      }
    }
  }

  async #once(method: string, path: string, body: object | undefined, contentType: string): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const payload = body === undefined ? '' : JSON.stringify(body);
    // Node sends the body of a DELETE without its length unless told.
    const length = { 'content-length': Buffer.byteLength(payload) };
    const headers = body === undefined ? {} : { 'content-type': contentType, ...length };
    const url = new URL(path, this.#access.server);
    const call = request(url, { method, headers, agent: this.#agent, timeout: 10_000 });
    call.on('response', resolve);
    call.on('timeout', () => call.destroy(new Error(`${method} ${path}: no answer within 10 s`)));
    call.on('error', reject);
    call.end(payload);
    const response = await promise;
    const answer = await text(response);
    const { statusCode: status = 0 } = response;
    if (status < 300 || status === 404) return answer;
    throw new (status < 429 ? RefusedError : Error)(`${method} ${path}: ${status} ${answer.slice(0, 300)}`);
  }
}

/** Whether an answer says that what was asked for is not there. */
function isMissing(answer: string): boolean {
  const { kind, code } = JSON.parse(answer) as { readonly kind?: string; readonly code?: number };
  return kind === 'Status' && code === 404;
}

/** What is wrong stays wrong however often it is asked. */
class RefusedError extends Error {
  override readonly name = 'RefusedError';
}
