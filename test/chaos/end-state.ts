import { waitFor } from '../cluster/wait.ts';
import type { Kubectl } from '../install/kubectl.ts';

/** An object as these tests read it. */
export interface LiveObject {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly uid: string;
    readonly generation?: number;
    readonly resourceVersion: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly deletionTimestamp?: string;
    readonly ownerReferences?: readonly { readonly kind: string; readonly name: string; readonly uid: string }[];
  };
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly data?: Readonly<Record<string, unknown>>;
  readonly status?: {
    readonly observedGeneration?: number;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

/** What the operator makes, and the TickStorms themselves. */
const KINDS = [
  'tickstorms',
  'serviceaccounts',
  'roles',
  'rolebindings',
  'configmaps',
  'secrets',
  'services',
  'deployments',
  'poddisruptionbudgets',
  'networkpolicies',
  'horizontalpodautoscalers',
  'resourcequotas',
  'limitranges',
];

/**
 * All objects of the operator's, and all TickStorms, in a namespace or everywhere; of kinds that may not be installed
 * only those of `foreignKinds`, in the plural.
 */
export async function operatorObjects(
  kubectl: Kubectl,
  namespace?: string,
  foreignKinds: readonly string[] = [],
): Promise<LiveObject[]> {
  const scope = namespace === undefined ? '--all-namespaces' : `--namespace=${namespace}`;
  const { items } = await kubectl.get<{ items: LiveObject[] }>([...KINDS, ...foreignKinds].join(','), scope);
  return items.filter(
    ({ kind, metadata }) =>
      kind === 'TickStorm' || metadata.labels?.['app.kubernetes.io/managed-by'] === 'tick-storm-operator',
  );
}

/** Whether a TickStorm's status says that everything is as its present spec declares. */
export function isSettled({ metadata, status }: LiveObject): boolean {
  const ready = status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True');
  return ready === true && status?.observedGeneration === metadata.generation;
}

/** Resolves with the objects of a namespace once all its TickStorms have settled. */
export async function settled(kubectl: Kubectl, namespace: string, timeoutMs = 90_000): Promise<LiveObject[]> {
  return await waitFor(
    async () => {
      const objects = await operatorObjects(kubectl, namespace);
      const tickStorms = objects.filter(({ kind }) => kind === 'TickStorm');
      return tickStorms.length > 0 && tickStorms.every((object) => isSettled(object)) && objects;
    },
    { what: `the TickStorms of ${namespace} to settle`, timeoutMs, intervalMs: 200 },
  );
}

/** Metadata and fields that two runs never share: identities, times, addresses, keys, and what controllers add. The digest is of an intent that names the namespace. */
const UNLIKE = new Set([
  'uid',
  'resourceVersion',
  'creationTimestamp',
  'managedFields',
  'generation',
  'observedGeneration',
  'lastTransitionTime',
  'lastUpdateTime',
  'clusterIP',
  'clusterIPs',
  'deployment.kubernetes.io/revision',
  'tickstorm.io/intent-digest',
]);

/** Identity of a dashboard, in its JSON: made of the namespace's name. */
const DASHBOARD_UID = /\\"uid\\": \\"[0-9a-f-]{36}\\"/g;

/** Name of a Deployment's pod: its template's hash, and five characters at random. */
const POD_NAME = /\b[a-z0-9-]+-[a-z0-9]{8,10}-[a-z0-9]{5}\b/g;

/** The objects in a form in which two namespaces with the same TickStorms are equal. */
export function comparable(objects: readonly LiveObject[], namespace: string): Record<string, unknown> {
  const entries = objects.map((object) => {
    // What other controllers report about their work depends on when they are asked.
    const { status, data, ...declared } = object;
    // Generated once, at random: the keys are to be the same.
    const contents = object.kind === 'Secret' ? Object.keys(data ?? {}) : data;
    const seen = { ...declared, data: contents, ...(object.kind === 'TickStorm' && { status }) };
    const text = JSON.stringify(seen, (key, value: unknown) => (UNLIKE.has(key) ? undefined : value));
    const same = text
      .replaceAll(namespace, 'NAMESPACE')
      .replaceAll(POD_NAME, 'POD')
      .replaceAll(DASHBOARD_UID, String.raw`\"uid\": \"UID\"`);
    return [`${object.kind} ${object.metadata.name}`, JSON.parse(same)] as const;
  });
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
