import { isSettled, type LiveObject } from './end-state.ts';
import type { SoakState, SoakTickStorm } from './soak-model.ts';

/** Whose an object is to be: a TickStorm's, nobody's any more, or it is a TickStorm itself. */
type Belonging = 'owned' | 'unowned' | 'itself';

type NamespaceOf = (name: string) => string;

const SHARED = ['LimitRange tick-storm-limits', 'ResourceQuota tick-storm-quota'] as const;

/** What a TickStorm has, as `KIND NAME`. */
function objectsOf(name: string, { spec }: SoakTickStorm): [string, Belonging][] {
  const kept = [
    `ConfigMap ${name}-config`,
    `Deployment ${name}`,
    `PodDisruptionBudget ${name}-pdb`,
    `Role ${name}-role`,
    `RoleBinding ${name}-rolebinding`,
    `Secret ${name}-admin`,
    `Secret ${name}-auth`,
    `Service ${name}-headless`,
    `Service ${name}-service`,
    `ServiceAccount ${name}`,
    ...(spec.hasNetworkPolicy ? [`NetworkPolicy ${name}-netpol`] : []),
    ...(spec.isMonitored
      ? [`ConfigMap ${name}-dashboard`, `PrometheusRule ${name}-alerts`, `ServiceMonitor ${name}`]
      : []),
  ];
  const belonging: Belonging = spec.deletionPolicy === 'Orphan' ? 'unowned' : 'owned';
  return [
    [`TickStorm ${name}`, 'itself'],
    ...kept.map((object): [string, Belonging] => [object, belonging]),
    ...(spec.isAutoscaled ? [[`HorizontalPodAutoscaler ${name}-hpa`, 'owned'] as [string, Belonging]] : []),
  ];
}

/** What TickStorms have each for itself. */
function ownObjects({ present, orphaned }: SoakState, namespaceOf: NamespaceOf): Map<string, Belonging> {
  const wanted = new Map<string, Belonging>();
  for (const [name, tickStorm] of present) {
    for (const [object, belonging] of objectsOf(name, tickStorm))
      wanted.set(`${namespaceOf(name)} ${object}`, belonging);
  }
  for (const [name, tickStorm] of orphaned) {
    for (const [object, belonging] of objectsOf(name, tickStorm))
      if (belonging === 'unowned') wanted.set(`${namespaceOf(name)} ${object}`, belonging);
  }
  return wanted;
}

/** What the TickStorms of a namespace share. */
function sharedObjects({ present }: SoakState, namespaceOf: NamespaceOf): Map<string, Belonging> {
  const wanted = new Map<string, Belonging>();
  for (const [name, { spec }] of present) {
    wanted.set(`${namespaceOf(name)} ${SHARED[0]}`, 'owned');
    if (spec.isQuotaManaged) wanted.set(`${namespaceOf(name)} ${SHARED[1]}`, 'owned');
  }
  return wanted;
}

/** In what the live objects differ from those that are wanted. */
function compare(
  wanted: ReadonlyMap<string, Belonging>,
  live: readonly LiveObject[],
  owners: ReadonlySet<string>,
): string[] {
  const found = new Set(live.map(keyOf));
  const missing = [...wanted.keys()].filter((key) => !found.has(key)).map((key) => `missing: ${key}`);
  const wrong = live.flatMap((object) => {
    const key = keyOf(object);
    const belonging = wanted.get(key);
    const { ownerReferences = [] } = object.metadata;
    const isOwned = ownerReferences.some(({ uid }) => owners.has(uid));
    return [
      ...(belonging === undefined ? [`too many: ${key}`] : []),
      ...(object.kind !== 'TickStorm' && belonging !== 'unowned' && !isOwned ? [`without an owner: ${key}`] : []),
      ...(belonging === 'unowned' && ownerReferences.length > 0 ? [`with an owner: ${key}`] : []),
    ];
  });
  return [...missing, ...wrong];
}

/** TickStorms whose status is not of their present spec, and Deployments of another number of pods. */
function outdated({ present }: SoakState, namespaceOf: NamespaceOf, live: readonly LiveObject[]): string[] {
  const found = new Map(live.map((object) => [keyOf(object), object]));
  return [...present].flatMap(([name, wanted]) => {
    const tickStorm = found.get(`${namespaceOf(name)} TickStorm ${name}`);
    const deployment = found.get(`${namespaceOf(name)} Deployment ${name}`);
    const isScaled = [tickStorm, deployment].every((object) => hasReplicas(object, wanted));
    return [
      ...(tickStorm === undefined || isUpToDate(tickStorm, wanted) ? [] : [`not up to date: ${keyOf(tickStorm)}`]),
      ...(isScaled ? [] : [`not of ${wanted.replicas} pods: ${namespaceOf(name)} TickStorm ${name}`]),
    ];
  });
}

interface Fields {
  readonly spec?: {
    readonly replicas?: number;
    readonly deletionPolicy?: string;
    readonly server?: { readonly drainSeconds?: number };
  };
}

const hasReplicas = (object: LiveObject | undefined, { replicas }: SoakTickStorm): boolean =>
  object === undefined || replicas === undefined || (object as Fields).spec?.replicas === replicas;

function isUpToDate(tickStorm: LiveObject, { spec: wanted, replicas }: SoakTickStorm): boolean {
  const { spec } = tickStorm as Fields;
  if (spec?.server?.drainSeconds !== wanted.drainSeconds || spec.deletionPolicy !== wanted.deletionPolicy) return false;
  // Without nodes no pod ever starts.
  return replicas === 0 ? isSettled(tickStorm) : tickStorm.status?.observedGeneration === tickStorm.metadata.generation;
}

const keyOf = ({ kind, metadata }: LiveObject): string => `${metadata.namespace} ${kind} ${metadata.name}`;

/** The same of what TickStorms have each for itself, among all live objects: those of other TickStorms do not count. */
export function ownDifferences(state: SoakState, namespaceOf: NamespaceOf, live: readonly LiveObject[]): string[] {
  const isOf = ({ kind, metadata: { name, labels = {} } }: LiveObject): boolean => {
    const of = kind === 'TickStorm' ? name : (labels['app.kubernetes.io/instance'] ?? '');
    return state.present.has(of) || state.orphaned.has(of);
  };
  const own = live.filter((object) => isOf(object) && !isShared(object));
  return [...compare(ownObjects(state, namespaceOf), own, uidsOf(live)), ...outdated(state, namespaceOf, own)];
}

/**
 * In what the live objects differ from those that should be there: missing ones, ones too many, ones that are not whose
 * they should be, TickStorms whose status is not of their present spec. Nothing: the end state is exact.
 */
export function differences(state: SoakState, namespaceOf: NamespaceOf, live: readonly LiveObject[]): string[] {
  const wanted = new Map([...ownObjects(state, namespaceOf), ...sharedObjects(state, namespaceOf)]);
  return [...compare(wanted, live, uidsOf(live)), ...outdated(state, namespaceOf, live)];
}

const isShared = ({ kind, metadata }: LiveObject): boolean =>
  SHARED.some((shared) => shared === `${kind} ${metadata.name}`);

const uidsOf = (live: readonly LiveObject[]): ReadonlySet<string> =>
  new Set(live.filter(({ kind }) => kind === 'TickStorm').map(({ metadata }) => metadata.uid));
