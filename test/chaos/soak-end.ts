import type { LiveObject } from './end-state.ts';
import { isSettled } from './end-state.ts';
import type { SoakSpec } from './soak-plan.ts';

/** What a TickStorm has, as `KIND NAME`. */
function ownedBy(name: string, { isAutoscaled }: SoakSpec): string[] {
  return [
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
    ...(isAutoscaled ? [`HorizontalPodAutoscaler ${name}-hpa`] : []),
  ];
}

interface Fields {
  readonly spec?: {
    readonly replicas?: number;
    readonly server?: { readonly drainSeconds?: number };
  };
}

/**
 * In what the live objects differ from those that should be there: missing ones, ones too many, TickStorms whose
 * status is not of their present spec. Nothing: the end state is exact.
 */
export function differences(
  expected: ReadonlyMap<string, SoakSpec>,
  namespaceOf: (name: string) => string,
  live: readonly LiveObject[],
): string[] {
  const wanted = new Set<string>();
  for (const [name, spec] of expected) {
    const namespace = namespaceOf(name);
    wanted.add(`${namespace} TickStorm ${name}`);
    for (const object of ownedBy(name, spec)) wanted.add(`${namespace} ${object}`);
    wanted.add(`${namespace} LimitRange tick-storm-limits`);
    if (spec.isQuotaManaged) wanted.add(`${namespace} ResourceQuota tick-storm-quota`);
  }
  const found = new Map(live.map((object) => [keyOf(object), object]));
  const uids = new Set(live.filter(({ kind }) => kind === 'TickStorm').map(({ metadata }) => metadata.uid));
  const problems: string[] = [];
  for (const key of wanted) if (!found.has(key)) problems.push(`missing: ${key}`);
  for (const [key, object] of found) {
    if (!wanted.has(key)) problems.push(`too many: ${key}`);
    const { ownerReferences = [] } = object.metadata;
    if (object.kind !== 'TickStorm' && !ownerReferences.some(({ uid }) => uids.has(uid))) {
      problems.push(`without an owner: ${key}`);
    }
  }
  for (const [name, spec] of expected) {
    const tickStorm = found.get(`${namespaceOf(name)} TickStorm ${name}`);
    if (tickStorm !== undefined && !isUpToDate(tickStorm, spec)) problems.push(`not up to date: ${keyOf(tickStorm)}`);
  }
  return problems;
}

function isUpToDate(tickStorm: LiveObject, { drainSeconds, isAutoscaled }: SoakSpec): boolean {
  const { spec } = tickStorm as Fields;
  if (spec?.server?.drainSeconds !== drainSeconds) return false;
  // Without nodes its pod never starts.
  return isAutoscaled ? tickStorm.status?.observedGeneration === tickStorm.metadata.generation : isSettled(tickStorm);
}

const keyOf = ({ kind, metadata }: LiveObject): string => `${metadata.namespace} ${kind} ${metadata.name}`;
