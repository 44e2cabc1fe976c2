import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Agent, request } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import type { Fault, ProxiedRequest } from './fault.ts';
import { readAccess, type Access } from './kubeconfig-access.ts';

/** A request that the API server has answered. */
export interface Passed extends ProxiedRequest {
  readonly status: number;
  /** When it was passed on, in milliseconds of performance.now(). */
  readonly sentMs: number;
}

export interface FaultProxyOptions {
  /** Kubeconfig of the cluster. */
  readonly kubeconfig: string;
  /** Whether whoever calls is taken for the administrator of the kubeconfig; else it signs in by a token of its own. */
  readonly asAdministrator?: boolean;
  /** Decides what happens to a request; by default it is passed on. */
  readonly fault?: (request: ProxiedRequest) => Fault | undefined;
  /** Whether it keeps the last answer to each list, which the fault `stale` brings again. */
  readonly keepsLists?: boolean;
  /** Sees what is sent with each request. */
  readonly onRequest?: (request: ProxiedRequest, body: Buffer) => void;
  /** Called before a request is passed on, which waits for it. */
  readonly beforeRequest?: (request: ProxiedRequest) => Promise<void>;
  /** Called between the API server's answer and the client's sight of it. */
  readonly beforeAnswer?: (passed: Passed) => Promise<void>;
}

/** An HTTP proxy before the API server of an embedded cluster that can do everything a network can do to a client. */
export class FaultProxy {
  readonly passed: Passed[] = [];
  fault: (request: ProxiedRequest) => Fault | undefined;
  readonly #access: Access;
  readonly #agent: Agent;
  readonly #onRequest: FaultProxyOptions['onRequest'];
  readonly #beforeRequest: FaultProxyOptions['beforeRequest'];
  readonly #beforeAnswer: FaultProxyOptions['beforeAnswer'];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** The last answer to each list, by what was asked for. */
  readonly #lists: Map<string, Buffer> | undefined;
  /** Counts the calls of {@link holdWatches}: watches that began before the last one are held. */
  #holds = 0;
  readonly #held: string[] = [];
  #isConnected = true;

  private constructor(options: FaultProxyOptions) {
    this.#access = readAccess(options.kubeconfig);
    const { ca, cert, key } = this.#access;
    this.#agent = new Agent({ keepAlive: true, ca, ...(options.asAdministrator === true && { cert, key }) });
    this.fault = options.fault ?? (() => undefined);
    this.#onRequest = options.onRequest;
    this.#beforeRequest = options.beforeRequest;
    this.#beforeAnswer = options.beforeAnswer;
    this.#lists = options.keepsLists === true ? new Map() : undefined;
    this.#server = createServer((incoming, response) => {
      this.#handle(incoming, response).catch(() => response.destroy());
    });
    this.#server.on('connection', (socket) => this.#accept(socket));
  }

  static async start(options: FaultProxyOptions): Promise<FaultProxy> {
    const proxy = new FaultProxy(options);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** From now on the API server cannot be reached this way; connections break. */
  disconnect(): void {
    this.#isConnected = false;
    for (const socket of this.#sockets) reset(socket);
  }

  reconnect(): void {
    this.#isConnected = true;
  }

  /** From now on the watches that are open tell nothing more, and stay open. Those that begin later are passed on. */
  holdWatches(): void {
    this.#holds += 1;
  }

  /** Forgets the lists that it has kept, as for a client that has seen none. */
  forgetLists(): void {
    this.#lists?.clear();
  }

  /** What held watches would have told. */
  get held(): string {
    return this.#held.join('');
  }

  async stop(): Promise<void> {
    this.disconnect();
    this.#server.close();
    this.#agent.destroy();
    await once(this.#server, 'close');
  }

  #accept(socket: Socket): void {
    if (!this.#isConnected) {
      reset(socket);
      return;
    }
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => undefined);
  }

  async #handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(incoming);
    const url = new URL(incoming.url ?? '/', 'http://proxy');
    const isWatch = url.searchParams.get('watch') === 'true';
    const seen: ProxiedRequest = {
      method: incoming.method ?? 'GET',
      path: url.pathname,
      isWatch,
      isList: !isWatch && url.searchParams.has('limit') && !url.searchParams.has('continue'),
    };
    const listKey = `${incoming.headers.accept} ${incoming.url}`;
    this.#onRequest?.(seen, body);
    const fault = this.fault(seen);
    if (fault?.kind === 'delay') {
      await delay(fault.ms);
    } else if (fault?.kind === 'reset') {
      reset(incoming.socket);
      return;
    } else if (fault?.kind === 'stale' && this.#lists?.has(listKey) === true) {
      response.writeHead(200, { 'content-type': 'application/json' }).end(this.#lists.get(listKey));
      return;
    } else if (fault !== undefined && answerInstead(fault, response)) {
      return;
    }
    await this.#beforeRequest?.(seen);
    const sentMs = performance.now();
    const answer = await this.#ask(incoming, body, response);
    const passed = { ...seen, status: answer.statusCode ?? 0, sentMs };
    this.passed.push(passed);
    await this.#beforeAnswer?.(passed);
    if (fault?.kind === 'lose-answer') {
      answer.destroy();
      reset(incoming.socket);
      return;
    }
    const begunAt = this.#holds;
    const kept: Buffer[] = [];
    const isWhole = await passOn(answer, response, fault, (chunk) => {
      if (seen.isList && this.#lists !== undefined) kept.push(chunk);
      const isHeld = seen.isWatch && begunAt < this.#holds;
      if (isHeld) this.#held.push(chunk.toString());
      return !isHeld;
    });
    if (seen.isList && isWhole && answer.statusCode === 200) this.#lists?.set(listKey, Buffer.concat(kept));
  }

  async #ask(incoming: IncomingMessage, body: Buffer, response: ServerResponse): Promise<IncomingMessage> {
    const headers = { ...incoming.headers, host: new URL(this.#access.server).host };
    const call = request(new URL(incoming.url ?? '/', this.#access.server), {
      method: incoming.method,
      agent: this.#agent,
      headers,
    });
    // Whoever is gone needs no answer any more, though it went while its request was held up; a watch would stay open
    // for minutes.
    if (response.closed) call.destroy();
    else response.on('close', () => call.destroy());
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    call.on('response', resolve);
    call.on('error', reject);
    call.end(body);
    return await promise;
  }
}

/**
 * Breaks a connection off. One that is being shut down cannot be reset (libuv refuses, and Node then keeps its handle
 * for ever: the process would not end), so that one is just closed.
 */
function reset(socket: Socket): void {
  if (socket.writableEnded || socket.destroyed) socket.destroy();
  else socket.resetAndDestroy();
}

/** Answers by what the fault says alone. @returns false when the API server is needed for it */
function answerInstead(fault: Fault, response: ServerResponse): boolean {
  const json = { 'content-type': 'application/json' };
  if (fault.kind === 'status') {
    const { status, retryAfterSeconds } = fault;
    const retry = retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
    const reason = status === 409 ? 'Conflict' : 'InternalError';
    response.writeHead(status, { ...json, ...retry });
    response.end(JSON.stringify({ kind: 'Status', status: 'Failure', code: status, reason, message: 'injected' }));
    return true;
  }
  if (fault.kind === 'garbage') {
    response.writeHead(200, json).end('<html>not the API server</html>');
    return true;
  }
  if (fault.kind === 'expire') {
    const object = { kind: 'Status', code: 410, reason: 'Expired', message: 'injected' };
    response.writeHead(200, json).end(`${JSON.stringify({ type: 'ERROR', object })}\n`);
    return true;
  }
  return false;
}

/**
 * Passes an answer on. `look` sees each part, and tells whether that is passed on too.
 * @returns whether all of it came
 */
async function passOn(
  answer: IncomingMessage,
  response: ServerResponse,
  fault: Fault | undefined,
  look: (chunk: Buffer) => boolean,
): Promise<boolean> {
  const { 'transfer-encoding': _, ...headers } = answer.headers;
  response.writeHead(answer.statusCode ?? 502, headers).flushHeaders();
  const bound = fault?.kind === 'cut' || fault?.kind === 'stall' ? fault.afterBytes : Number.POSITIVE_INFINITY;
  let sent = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    if (!look(chunk)) continue;
    const part = chunk.subarray(0, Math.max(0, bound - sent));
    sent += part.length;
    if (part.length > 0 && !response.write(part)) await once(response, 'drain');
    if (sent < bound) continue;
    if (fault?.kind === 'stall') return false;
    await delay(1);
    response.destroy();
    return false;
  }
  response.end();
  return true;
}
