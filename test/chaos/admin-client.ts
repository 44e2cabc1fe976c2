import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
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

  /** Server-side apply. */
  async apply(path: string, body: object): Promise<void> {
    await this.#send('PATCH', `${path}?fieldManager=chaos&force=true`, body, 'application/apply-patch+yaml');
  }

  async mergePatch(path: string, body: object): Promise<void> {
    await this.#send('PATCH', `${path}?fieldManager=chaos`, body, 'application/merge-patch+json');
  }

  /** Nothing there is as good as deleted. */
  async delete(path: string): Promise<void> {
    await this.#send('DELETE', path, { propagationPolicy: 'Background' }, 'application/json');
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

/** What is wrong stays wrong however often it is asked. */
class RefusedError extends Error {
  override readonly name = 'RefusedError';
}
