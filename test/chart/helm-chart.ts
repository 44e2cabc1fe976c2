import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { run } from '../cluster/run.ts';

export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

export interface RenderedPod {
  readonly serviceAccountName: string;
  readonly containers: readonly [
    {
      readonly env: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: unknown }[];
      readonly resources: Readonly<Record<'requests' | 'limits', Readonly<Record<string, unknown>>>>;
      readonly [field: string]: unknown;
    },
  ];
  readonly [field: string]: unknown;
}

/** A Kubernetes object as a chart renders it, with what is read of the kinds that the chart has. */
export interface RenderedObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly rules?: readonly Rule[];
  readonly subjects?: unknown;
  readonly spec?: {
    readonly selector?: object;
    readonly template?: { readonly metadata: RenderedObject['metadata']; readonly spec: RenderedPod };
    readonly [field: string]: unknown;
  };
}

const isObject = (value: unknown): value is RenderedObject =>
  typeof value === 'object' && value !== null && 'kind' in value && 'metadata' in value;

/** The objects in a YAML stream; empty documents are passed over. */
export function parseObjects(text: string): RenderedObject[] {
  return parseAllDocuments(text)
    .map((document) => document.toJS() as unknown)
    .filter(isObject);
}

/** A chart in a folder, as the helm program at a path sees it. No cluster is asked. */
export class HelmChart {
  readonly #helm: string;
  readonly folder: string;

  constructor(helm: string, folder: string) {
    this.#helm = helm;
    this.folder = folder;
  }

  /** What `helm lint --strict` prints; rejects when it finds something. */
  async lint(args: readonly string[]): Promise<string> {
    return this.#run(['lint', '--strict', this.folder, ...args]);
  }

  /** The objects of a release called `storm` in the namespace `operators`. */
  async render(args: readonly string[]): Promise<RenderedObject[]> {
    const fixed = ['template', 'storm', this.folder, '--namespace=operators', '--kube-version=v1.35.4'];
    return parseObjects(await this.#run([...fixed, ...args]));
  }

  /** The text that a user sees after `helm install`. */
  async notes(args: readonly string[]): Promise<string> {
    const fixed = ['install', 'storm', this.folder, '--namespace=operators', '--dry-run=client'];
    const output = await this.#run([...fixed, ...args]);
    return output.slice(output.indexOf('NOTES:'));
  }

  async #run(args: readonly string[]): Promise<string> {
    // Neither the user's cluster nor Helm's configuration may play a part.
    const env = { ...process.env, KUBECONFIG: join(this.folder, 'none'), HELM_PLUGINS: join(this.folder, 'none') };
    return run(this.#helm, args, { env });
  }
}

/** The only object of a kind and, when given, a name; throws with what there is. */
export function only(objects: readonly RenderedObject[], kind: string, name?: string): RenderedObject {
  const found = objects.filter(
    (object) => object.kind === kind && (name === undefined || object.metadata.name === name),
  );
  const [object] = found;
  if (object === undefined || found.length > 1) {
    const all = objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`).join(', ');
    throw new Error(`${found.length} objects match ${kind}/${name ?? '*'} among ${all}`);
  }
  return object;
}

/** Kinds with namespaces and names, sorted, to compare a whole rendering at once. */
export function inventory(objects: readonly RenderedObject[]): string[] {
  return objects
    .map(({ kind, metadata }) => [kind, metadata.namespace, metadata.name].filter(Boolean).join(' '))
    .sort();
}
