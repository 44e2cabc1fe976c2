import type { KubeConfig } from '@kubernetes/client-node';
import { isDeepStrictEqual } from 'node:util';
import { NODE, OPTIONAL_KINDS, OWNED_KINDS, POD, SECRET, SHARED_KINDS, TICK_STORM } from '../../controller/kinds.ts';
import type { KubeObject } from '../../runtime/kube-object.ts';
import type { ResourceType } from '../../runtime/resource-type.ts';
import { answer, ScriptedApiServer, type SeenRequest } from '../../runtime/testing/scripted-api-server.ts';
import { trusted } from '../../runtime/trusted.ts';

/** An answer: HTTP status, and the body or the message of a failure. */
type Answer = readonly [status: number, body: object | string];

/** Answers a request otherwise than the cluster would. */
export type Twist = (request: SeenRequest) => Answer | undefined;

const TYPES: readonly ResourceType[] = [
  TICK_STORM,
  ...Object.values(OWNED_KINDS),
  ...Object.values(OPTIONAL_KINDS),
  ...Object.values(SHARED_KINDS),
  POD,
  NODE,
  SECRET,
];
const REASONS: Readonly<Record<number, string>> = { 401: 'Unauthorized', 403: 'Forbidden', 404: 'NotFound' };
const PATH =
  /^\/(?:api|apis\/(?<group>[^/]+))\/(?<version>[^/]+)(?:(?:\/namespaces\/(?<namespace>[^/]+))?\/(?<plural>[a-z]+)(?:\/(?<name>[^/]+))?)?$/;

function selects(selector: string, labels: Readonly<Record<string, string>>): boolean {
  return selector.split(',').every((part) => {
    const [key = '', value] = part.split(/!?=/);
    return part.includes('!=') ? labels[key] !== value : labels[key] === value;
  });
}

/** A cluster in which nothing is ever written, as far as a plan looks at it. */
export class ScriptedCluster {
  readonly namespaces = new Set(['market', 'tick-storm-system']);
  readonly objects: KubeObject[] = [];
  /** Kinds that are not installed. */
  readonly missing = new Set<string>(Object.keys(OPTIONAL_KINDS));
  twist: Twist = () => undefined;
  readonly #server = new ScriptedApiServer((request, response) => {
    const [status, body] = this.twist(request) ?? this.#answer(request);
    const failure = {
      kind: 'Status',
      status: 'Failure',
      message: body,
      reason: REASONS[status] ?? 'Invalid',
      code: status,
    };
    answer(response, status, typeof body === 'string' ? failure : body);
  });

  async start(): Promise<KubeConfig> {
    await this.#server.start();
    return this.#server.kubeConfig;
  }

  async stop(): Promise<void> {
    await this.#server.stop();
  }

  #answer({ method, path, query, body }: SeenRequest): Answer {
    const groups = PATH.exec(path)?.groups ?? {};
    const { group, version, namespace, plural, name } = groups;
    const apiVersion = group === undefined ? version : `${group}/${version}`;
    const served = TYPES.filter((type) => type.apiVersion === apiVersion && !this.missing.has(type.kind));
    if (plural === undefined) {
      const resources = served.map((type) => ({ name: type.plural }));
      return resources.length === 0 ? [404, 'page not found'] : [200, { kind: 'APIResourceList', resources }];
    }
    const type = served.find((each) => each.plural === plural);
    if (type === undefined) return [404, 'the server could not find the requested resource'];
    const ofKind = this.objects.filter(
      ({ kind, metadata }) => kind === type.kind && (namespace === undefined || metadata.namespace === namespace),
    );
    const selector = query.get('labelSelector');
    if (name === undefined) {
      const items = ofKind.filter(({ metadata }) => selector === null || selects(selector, metadata.labels ?? {}));
      return [200, { kind: `${type.kind}List`, metadata: { resourceVersion: '9' }, items }];
    }
    const live = ofKind.find(({ metadata }) => metadata.name === name);
    if (method === 'GET') return live === undefined ? [404, `${plural} "${name}" not found`] : [200, live];
    // Whatever else a plan sends must be a try.
    if (method !== 'PATCH' || query.get('dryRun') !== 'All') return [500, `a plan must not ${method} ${path}`];
    if (!this.namespaces.has(namespace ?? '')) return [404, `namespaces "${namespace}" not found`];
    return [200, applied(trusted(JSON.parse(body)), live)];
  }
}

/** An object as a server-side apply would leave it. */
function applied(given: KubeObject, live: KubeObject | undefined): KubeObject {
  const { resourceVersion: _, ...metadata } = {
    uid: `uid-${given.metadata.name}`,
    ...live?.metadata,
    ...given.metadata,
  };
  const isSame = live !== undefined && isDeepStrictEqual(live['spec'] ?? {}, given['spec'] ?? {});
  const generation = (live?.metadata.generation ?? 0) + (isSame ? 0 : 1);
  return { ...live, ...given, metadata: { ...metadata, generation, resourceVersion: '1' } };
}
