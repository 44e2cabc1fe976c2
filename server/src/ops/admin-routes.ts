import type { LogLevel } from '../config/server-config.ts';
import { HttpProblem } from './http-problem.ts';
import { integerIn, numberIn } from './json-body.ts';
import type { DrainStatus } from './service-state.ts';

/** The most connections that one answer lists, and how deep into the list one may look. */
const MAX_LIMIT = 1_000;
const MAX_OFFSET = 100_000;
const MAX_DRAIN_SECONDS = 3_600;
const MAX_CONNECTIONS = 10_000_000;
const MAX_PER_SECOND = 100_000;

const logLevels: readonly LogLevel[] = ['error', 'warn', 'info', 'debug'];

/** What can be done to a running server. */
export interface AdminTarget {
  /** Those with the most pending bytes first. */
  connections(offset: number, limit: number): Promise<{ total: number; connections: object[] }>;
  /** @returns false when the worker process has no such connection */
  kick(pid: number, id: number): Promise<boolean>;
  drainStatus(): DrainStatus;
  /**
   * @param seconds window of the closes; undefined = DRAIN_SECONDS
   * @param delaySeconds time before it in which clients are served as ever
   */
  park(seconds: number | undefined, delaySeconds: number): void;
  resume(): Promise<void>;
  rebalance(connections: number, perSecond: number): void;
  logLevel: LogLevel;
}

export interface AdminRequest {
  /** Of the path with its pattern. */
  match: RegExpExecArray;
  query: URLSearchParams;
  body: ReadonlyMap<string, unknown>;
}

type Handler = (request: AdminRequest) => unknown;

/** The paths of the admin port and what each method does there. */
export class AdminRoutes {
  readonly #target: AdminTarget;
  readonly #routes: readonly { path: string; pattern: RegExp; methods: Readonly<Record<string, Handler>> }[];

  constructor(target: AdminTarget) {
    this.#target = target;
    this.#routes = [
      { path: '/connections', pattern: /^\/connections$/, methods: { GET: (request) => this.#list(request) } },
      {
        path: '/connections/ID',
        pattern: /^\/connections\/(?<id>[^/]+)$/,
        methods: { DELETE: (request) => this.#kick(request) },
      },
      {
        path: '/drain',
        pattern: /^\/drain$/,
        methods: {
          GET: () => target.drainStatus(),
          POST: (request) => this.#park(request),
          DELETE: () => this.#resume(),
        },
      },
      { path: '/rebalance', pattern: /^\/rebalance$/, methods: { POST: (request) => this.#rebalance(request) } },
      {
        path: '/log-level',
        pattern: /^\/log-level$/,
        methods: { GET: () => ({ level: target.logLevel }), PUT: (request) => this.#setLogLevel(request) },
      },
    ];
  }

  /** @throws HttpProblem 404 for another path, 405 for another method */
  find(method: string, path: string): { handle: Handler; match: RegExpExecArray } {
    for (const { pattern, methods } of this.#routes) {
      const match = pattern.exec(path);
      if (!match) continue;
      const handle = Object.hasOwn(methods, method) ? methods[method] : undefined;
      if (handle) return { handle, match };
      const allow = Object.keys(methods).join(', ');
      throw new HttpProblem(405, `${method} is not possible here`, allow, { allow });
    }
    throw new HttpProblem(404, 'there is nothing at this path', this.#routes.map((route) => route.path).join(', '));
  }

  async #list({ query }: AdminRequest): Promise<unknown> {
    const limit = integerIn('limit', query.get('limit') ?? 100, 1, MAX_LIMIT);
    const offset = integerIn('offset', query.get('offset') ?? 0, 0, MAX_OFFSET);
    return { offset, limit, ...(await this.#target.connections(offset, limit)) };
  }

  async #kick({ match }: AdminRequest): Promise<unknown> {
    const id = match.groups?.['id'] ?? '';
    const parts = /^(?<pid>\d{1,10})-(?<number>\d{1,15})$/.exec(id)?.groups;
    const isFound = parts !== undefined && (await this.#target.kick(Number(parts['pid']), Number(parts['number'])));
    if (!isFound) throw new HttpProblem(404, 'there is no such connection', 'an id that GET /connections tells');
    return { kicked: id };
  }

  #park({ query }: AdminRequest): unknown {
    const given = query.get('seconds');
    const seconds = given === null ? undefined : integerIn('seconds', given, 0, MAX_DRAIN_SECONDS);
    const delaySeconds = integerIn('delaySeconds', query.get('delaySeconds') ?? 0, 0, MAX_DRAIN_SECONDS);
    this.#refuseIn(['starting', 'stopping']);
    this.#target.park(seconds, delaySeconds);
    return this.#target.drainStatus();
  }

  async #resume(): Promise<unknown> {
    this.#refuseIn(['stopping']);
    await this.#target.resume();
    return this.#target.drainStatus();
  }

  #rebalance({ body }: AdminRequest): unknown {
    const connections = integerIn('connections', body.get('connections'), 1, MAX_CONNECTIONS);
    const perSecond = numberIn('perSecond', body.get('perSecond'), 0.1, MAX_PER_SECOND);
    this.#refuseIn(['starting', 'draining', 'parked', 'stopping']);
    this.#target.rebalance(connections, perSecond);
    return { connections, perSecond };
  }

  #setLogLevel({ body }: AdminRequest): unknown {
    const given = body.get('level');
    const level = logLevels.find((each) => each === given);
    if (!level) {
      const shown = given === undefined ? 'is missing' : `is ${JSON.stringify(given).slice(0, 64)}`;
      throw new HttpProblem(400, `level ${shown}`, `{"level": one of ${logLevels.join(', ')}}`);
    }
    this.#target.logLevel = level;
    return { level };
  }

  #refuseIn(states: readonly DrainStatus['state'][]): void {
    const { state } = this.#target.drainStatus();
    if (states.includes(state)) throw new HttpProblem(409, `the server is ${state}`, 'the same in another state');
  }
}
