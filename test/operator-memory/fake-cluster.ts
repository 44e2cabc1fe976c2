import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { FakeObject } from './fake-object.ts';
import { entryOf } from './field-set.ts';
import { runningPod } from './running-pod.ts';

export interface FakeClusterOptions {
  readonly podsOfEach: number;
  /** The address of the n-th pod. */
  readonly addressOf: (index: number) => string;
}

interface Collection {
  readonly apiVersion: string;
  readonly kind: string;
  /** By `NAMESPACE/NAME`, in the order of creation. */
  readonly objects: Map<string, FakeObject>;
  readonly events: { readonly version: number; readonly line: string }[];
  readonly watches: Set<ServerResponse>;
}

interface Place {
  readonly plural: string;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
}

/** What is served, by group and version; others are not installed. */
const SERVED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  v1: {
    ...{ serviceaccounts: 'ServiceAccount', configmaps: 'ConfigMap', services: 'Service', secrets: 'Secret' },
    ...{ resourcequotas: 'ResourceQuota', limitranges: 'LimitRange', pods: 'Pod', nodes: 'Node' },
  },
  'apps/v1': { deployments: 'Deployment' },
  'rbac.authorization.k8s.io/v1': { roles: 'Role', rolebindings: 'RoleBinding' },
  'networking.k8s.io/v1': { networkpolicies: 'NetworkPolicy' },
  'policy/v1': { poddisruptionbudgets: 'PodDisruptionBudget' },
  'autoscaling/v2': { horizontalpodautoscalers: 'HorizontalPodAutoscaler' },
  'events.k8s.io/v1': { events: 'Event' },
  'tickstorm.io/v1alpha1': { tickstorms: 'TickStorm' },
};
const PATH = /^\/(?:api|apis)\/(?<group>v1|[^/]+\/[^/]+)(?:\/namespaces\/(?<namespace>[^/]+))?(?:\/(?<rest>.*))?$/;

/**
 * As much of an API server, a Deployment controller and kubelets as the operator needs to come to rest, in memory: every
 * Deployment has its pods running at once. It keeps no history and checks nothing.
 */
export class FakeCluster {
  /** Requests so far, watches aside. */
  requests = 0;
  /** When the last one came, in milliseconds of performance.now(). */
  lastRequestMs = 0;
  readonly #options: FakeClusterOptions;
  readonly #collections = new Map<string, Collection>();
  readonly #server: Server;
  #version = 1_000;
  #pods = 0;

  private constructor(options: FakeClusterOptions) {
    this.#options = options;
    for (const [apiVersion, kinds] of Object.entries(SERVED)) {
      for (const [plural, kind] of Object.entries(kinds)) {
        this.#collections.set(plural, { apiVersion, kind, objects: new Map(), events: [], watches: new Set() });
      }
    }
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  static async start(options: FakeClusterOptions): Promise<FakeCluster> {
    const cluster = new FakeCluster(options);
    cluster.#server.listen(0, '127.0.0.1');
    await once(cluster.#server, 'listening');
    return cluster;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  /** Makes an object, or replaces it. */
  put(plural: string, object: FakeObject): FakeObject {
    const collection = this.#of(plural);
    const { namespace, name } = object.metadata;
    const key = `${namespace ?? ''}/${name}`;
    const known = collection.objects.get(key);
    this.#version += 1;
    const stored = {
      ...object,
      apiVersion: collection.apiVersion,
      kind: collection.kind,
      metadata: {
        ...{ uid: uidOf(this.#version), generation: 1, creationTimestamp: '2026-01-02T03:04:05Z' },
        ...known?.metadata,
        ...object.metadata,
        resourceVersion: String(this.#version),
      },
    };
    collection.objects.set(key, stored);
    const line = `${JSON.stringify({ type: known === undefined ? 'ADDED' : 'MODIFIED', object: stored })}\n`;
    collection.events.push({ version: this.#version, line });
    for (const watch of collection.watches) watch.write(line);
    return stored;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const { pathname, searchParams } = new URL(request.url!, 'http://localhost');
    const { group = '', namespace, rest } = PATH.exec(pathname)?.groups ?? {};
    if (searchParams.get('watch') !== 'true') {
      this.requests += 1;
      this.lastRequestMs = performance.now();
    }
    if (rest === undefined) {
      const resources = Object.keys(SERVED[group] ?? {}).map((name) => ({ name }));
      send(response, resources.length === 0 ? 404 : 200, { kind: 'APIResourceList', resources });
      return;
    }
    const [plural = '', name, subresource] = rest.split('/');
    if (SERVED[group]?.[plural] === undefined) send(response, 404, { kind: 'Status', code: 404 });
    else if (request.method === 'GET') this.#read({ plural, namespace, name, subresource }, searchParams, response);
    else this.#write({ plural, namespace, name, subresource }, request, JSON.parse(body) as FakeObject, response);
  }

  #read({ plural, namespace = '', name }: Place, query: URLSearchParams, response: ServerResponse): void {
    const { kind, objects, events, watches } = this.#of(plural);
    if (name !== undefined) {
      const found = objects.get(`${namespace}/${name}`);
      send(response, found === undefined ? 404 : 200, found ?? { kind: 'Status', code: 404 });
      return;
    }
    if (query.get('watch') === 'true') {
      response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
      const from = Number(query.get('resourceVersion'));
      for (const { version, line } of events) if (version > from) response.write(line);
      watches.add(response);
      response.on('close', () => watches.delete(response));
      return;
    }
    const [from, limit] = [Number(query.get('continue') ?? 0), Number(query.get('limit') ?? Number.MAX_SAFE_INTEGER)];
    const items = [...objects.values()].slice(from, from + limit);
    const next = from + limit < objects.size ? String(from + limit) : '';
    const metadata = { resourceVersion: String(this.#version), continue: next };
    send(response, 200, { kind: `${kind}List`, apiVersion: 'v1', metadata, items });
  }

  #write(place: Place, request: IncomingMessage, body: FakeObject, response: ServerResponse): void {
    const { plural, namespace = '', name = '', subresource } = place;
    const known = this.#of(plural).objects.get(`${namespace}/${name}`);
    const manager = new URL(request.url!, 'http://localhost').searchParams.get('fieldManager') ?? '';
    if (plural === 'events') {
      send(response, 201, { kind: 'Event', ...body });
    } else if (request.method === 'POST') {
      send(response, 201, this.put(plural, body));
    } else if (request.headers['content-type'] === 'application/merge-patch+json') {
      const metadata = { ...known?.metadata, ...body.metadata };
      send(response, 200, this.put(plural, { ...known, ...body, metadata }));
    } else {
      send(response, 200, this.#apply(place, known, body, manager));
    }
    if (plural === 'deployments' && subresource === undefined && known === undefined) this.#run(namespace, name);
  }

  #apply({ plural, subresource }: Place, known: FakeObject | undefined, body: FakeObject, manager: string): FakeObject {
    const entry = entryOf(body, { manager, operation: 'Apply', ...(subresource !== undefined && { subresource }) });
    const others = (known?.metadata.managedFields ?? []).filter((other) => other.manager !== manager);
    const metadata = { ...body.metadata, managedFields: [entry, ...others] };
    return this.put(plural, { ...known, ...body, metadata });
  }

  /** What the Deployment controller and the kubelets do. */
  #run(namespace: string, name: string): void {
    const { podsOfEach, addressOf } = this.#options;
    const deployment = this.#of('deployments').objects.get(`${namespace}/${name}`)!;
    for (let index = 0; index < podsOfEach; index += 1) {
      this.#pods += 1;
      this.put('pods', runningPod(deployment, this.#pods, addressOf(this.#pods)));
    }
    const condition = (type: string, reason: string): object => ({
      ...{ type, status: 'True', reason, message: `Deployment "${name}" says so, as it does of each.` },
      ...{ lastUpdateTime: '2026-01-02T03:04:05Z', lastTransitionTime: '2026-01-02T03:04:05Z' },
    });
    const status = {
      observedGeneration: 1,
      ...{
        replicas: podsOfEach,
        updatedReplicas: podsOfEach,
        readyReplicas: podsOfEach,
        availableReplicas: podsOfEach,
      },
      conditions: [
        condition('Available', 'MinimumReplicasAvailable'),
        condition('Progressing', 'NewReplicaSetAvailable'),
      ],
    };
    const manager = { manager: 'kube-controller-manager', operation: 'Update', subresource: 'status' } as const;
    const managedFields = [...deployment.metadata.managedFields!, entryOf({ apiVersion: 'apps/v1', status }, manager)];
    this.put('deployments', { ...deployment, status, metadata: { ...deployment.metadata, managedFields } });
  }

  #of(plural: string): Collection {
    return this.#collections.get(plural)!;
  }
}

const uidOf = (number: number): string => `6f1c2a0e-3b1d-4a53-9a68-${number.toString(16).padStart(12, '0')}`;

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
