import type { ContainerResources, PodResources } from './pod-resources.ts';

type Quantities = Readonly<Record<string, string | number>>;

/** One LimitRange of the namespace, whoever made it. */
export interface LimitRangeView {
  readonly name: string;
  readonly limits: readonly LimitRangeItem[];
}

export interface LimitRangeItem {
  readonly type: string;
  readonly default?: Quantities;
  readonly defaultRequest?: Quantities;
  readonly max?: Quantities;
  readonly min?: Quantities;
  readonly maxLimitRequestRatio?: Quantities;
}

const FIELDS = ['default', 'defaultRequest'] as const;

/** What containers are given: limits, and requests. */
export type Defaults = Readonly<Record<(typeof FIELDS)[number], Quantities>>;

/** Of each resource what the last has that names it. */
function overlaid(later: readonly (Quantities | undefined)[]): Quantities {
  return Object.fromEntries(later.flatMap((amounts = {}) => Object.entries(amounts)));
}

/** What a limit range gives containers: of its entries the last one that names a resource counts. */
export function defaultsOf({ limits }: LimitRangeView): Defaults {
  const items = limits.filter(({ type }) => type === 'Container');
  return {
    default: overlaid(items.map((item) => item.default)),
    defaultRequest: overlaid(items.map((item) => item.defaultRequest)),
  };
}

/** What they give together, in this order: of each resource the first that has it. */
export function firstDefaults(order: readonly Defaults[]): Defaults {
  const later = order.toReversed();
  return {
    default: overlaid(later.map((defaults) => defaults.default)),
    defaultRequest: overlaid(later.map(({ defaultRequest }) => defaultRequest)),
  };
}

/** How many defaults there are. */
export function countOf(defaults: Defaults): number {
  return FIELDS.reduce((sum, field) => sum + Object.keys(defaults[field]).length, 0);
}

/**
 * The pod as admission makes it that takes the limit ranges in this order: what a container leaves open is filled in
 * from the first of them that has a default for it (mergeContainerResources of Kubernetes' LimitRanger).
 */
export function withDefaults<T extends PodResources>(pod: T, ranges: readonly LimitRangeView[]): T {
  return filledIn(pod, firstDefaults(ranges.map(defaultsOf)));
}

/** The pod with what its containers leave open. */
export function filledIn<T extends PodResources>(pod: T, defaults: Defaults): T {
  if (countOf(defaults) === 0) return pod;
  const fill = <C extends ContainerResources>(container: C): C => {
    const { limits, requests } = container.resources ?? {};
    const filled = {
      limits: { ...defaults.default, ...limits },
      // A request that is open follows the declared limit before any default.
      requests: { ...defaults.defaultRequest, ...limits, ...requests },
    };
    return { ...container, resources: filled };
  };
  const { initContainers } = pod;
  return {
    ...pod,
    containers: pod.containers.map(fill),
    ...(initContainers !== undefined && { initContainers: initContainers.map(fill) }),
  };
}

/** Those of which another one gives something else. */
export function disputedOf<T extends { readonly defaults: Defaults }>(givers: readonly T[]): T[] {
  const amounts = { default: new Map<string, Set<unknown>>(), defaultRequest: new Map<string, Set<unknown>>() };
  const setOf = (field: keyof Defaults, resource: string): Set<unknown> => {
    const known = amounts[field].get(resource) ?? new Set();
    amounts[field].set(resource, known);
    return known;
  };
  for (const { defaults } of givers) {
    for (const field of FIELDS) {
      for (const [resource, amount] of Object.entries(defaults[field])) setOf(field, resource).add(amount);
    }
  }
  return givers.filter(({ defaults }) =>
    FIELDS.some((field) => Object.keys(defaults[field]).some((resource) => setOf(field, resource).size > 1)),
  );
}
