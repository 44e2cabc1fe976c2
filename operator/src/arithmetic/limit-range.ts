import { formatQuantity, parseQuantity } from '../api/quantity.ts';
import {
  allContainers,
  declared,
  podDeclared,
  type Bound,
  type ContainerResources,
  type PodResources,
} from './pod-resources.ts';
import type { Verdict } from './verdict.ts';

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

type LimitRangeVerdict = Verdict<'LimitRangesFit' | 'PodBreaksLimitRange'>;

/** The pod as admission makes it: what a container leaves open is filled in from the defaults of the limit ranges. */
export function withDefaults<T extends PodResources>(pod: T, ranges: readonly LimitRangeView[]): T {
  const items = ranges.flatMap(({ limits }) => limits).filter(({ type }) => type === 'Container');
  if (items.length === 0) return pod;
  const defaultsOf = (field: 'default' | 'defaultRequest'): Quantities =>
    items.reduce<Quantities>((defaults, item) => ({ ...defaults, ...item[field] }), {});
  const fill = <C extends ContainerResources>(container: C): C => {
    const { limits, requests } = container.resources ?? {};
    const filled = {
      limits: { ...defaultsOf('default'), ...limits },
      // A request that is open follows the declared limit before any default.
      requests: { ...defaultsOf('defaultRequest'), ...limits, ...requests },
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

interface Breach {
  readonly range: string;
  readonly what: string;
  readonly resource: string;
  readonly have: string;
  readonly need: string;
}

const isBytes = (resource: string): boolean => resource === 'memory' || resource === 'ephemeral-storage';
const show = (nanos: bigint, resource: string): string =>
  formatQuantity(nanos, isBytes(resource) ? 'binary' : 'decimal');

type Amount = (bound: Bound, resource: string) => bigint | undefined;

/** What of one entry an amount breaks: of a container's, or of a pod's total. */
function breachesOf(range: string, item: LimitRangeItem, subject: string, amount: Amount): Breach[] {
  const check = (kind: 'max' | 'min', resource: string, edge: string | number): Breach[] => {
    const allowed = parseQuantity(edge) ?? 0n;
    // Admission asks a maximum of the limit, and a minimum of the request; what is not declared fails both.
    const bound = kind === 'max' ? 'limits' : 'requests';
    const actual = amount(bound, resource);
    const isRight = actual !== undefined && (kind === 'max' ? actual <= allowed : actual >= allowed);
    if (isRight) return [];
    const need = `${bound}.${resource} of ${actual === undefined ? 'no amount' : show(actual, resource)} in ${subject}`;
    return [{ range, what: kind === 'max' ? 'at most' : 'at least', resource, have: String(edge), need }];
  };
  const ratio = Object.entries(item.maxLimitRequestRatio ?? {}).flatMap(([resource, edge]): Breach[] => {
    const [limit, request] = [amount('limits', resource), amount('requests', resource)];
    const most = parseQuantity(edge) ?? 0n;
    if (limit !== undefined && request !== undefined && request > 0n && limit * 1_000_000_000n <= request * most)
      return [];
    const need = `limits.${resource} over requests.${resource} in ${subject}`;
    return [{ range, what: 'a ratio of at most', resource, have: String(edge), need }];
  });
  const bounds = (['max', 'min'] as const).flatMap((kind) =>
    Object.entries(item[kind] ?? {}).flatMap(([resource, edge]) => check(kind, resource, edge)),
  );
  return [...bounds, ...ratio];
}

/** A container whose request is above the limit that it gets by default: the API refuses it. */
function contradiction(pod: PodResources, ranges: readonly LimitRangeView[]): LimitRangeVerdict | undefined {
  for (const container of allContainers(pod)) {
    for (const { name, limits } of ranges) {
      for (const [resource, amount] of limits.flatMap((item) =>
        item.type === 'Container' ? Object.entries(item.default ?? {}) : [],
      )) {
        const [limit, request] = [parseQuantity(amount) ?? 0n, declared(container, 'requests', resource)];
        if (container.resources?.limits?.[resource] !== undefined || request === undefined || request <= limit)
          continue;
        const message =
          `LimitRange ${name} gives container ${container.name} a default limit of ${amount} of ${resource}, which is ` +
          `below its request of ${show(request, resource)}: no pod can be created. Declare limits.${resource} of ` +
          `${show(request, resource)} or more for it in spec.podTemplate, or change the LimitRange`;
        return { holds: true, reason: 'PodBreaksLimitRange', message };
      }
    }
  }
  return undefined;
}

/** Whether admission will take a pod as it is declared, judged by every limit range of the namespace. */
export function checkLimitRanges(template: PodResources, ranges: readonly LimitRangeView[]): LimitRangeVerdict {
  const contradicted = contradiction(template, ranges);
  if (contradicted !== undefined) return contradicted;
  const pod = withDefaults(template, ranges);
  const breaches = ranges.flatMap(({ name, limits }) =>
    limits.flatMap((item) => {
      if (item.type === 'Pod') {
        return breachesOf(name, item, 'the pod', (bound, resource) => podDeclared(pod, bound, resource));
      }
      if (item.type !== 'Container') return [];
      return allContainers(pod).flatMap((container) =>
        breachesOf(name, item, `container ${container.name}`, (bound, resource) =>
          declared(container, bound, resource),
        ),
      );
    }),
  );
  const [first] = breaches;
  if (first === undefined) {
    return { holds: false, reason: 'LimitRangesFit', message: 'Every limit range of the namespace admits the pods' };
  }
  const { range, what, resource, have, need } = first;
  const others = breaches.length > 1 ? ` (and ${breaches.length - 1} more)` : '';
  const message =
    `LimitRange ${range} admits ${what} ${have} of ${resource}, and the pods have ${need}${others}: ` +
    `none of them can be created. Change spec.resources, or the LimitRange`;
  return { holds: true, reason: 'PodBreaksLimitRange', message };
}
