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

type DefaultField = 'default' | 'defaultRequest';

/** What a limit range gives containers: of its entries the last one that names a resource counts. */
function defaultsOf({ limits }: LimitRangeView, field: DefaultField): Quantities {
  return limits
    .filter(({ type }) => type === 'Container')
    .reduce<Quantities>((defaults, item) => ({ ...defaults, ...item[field] }), {});
}

/** What limit ranges give together, in this order: of each resource the first that has it. */
function firstDefaults(order: readonly LimitRangeView[], field: DefaultField): Quantities {
  return order.reduceRight<Quantities>((later, range) => ({ ...later, ...defaultsOf(range, field) }), {});
}

/**
 * The pod as admission makes it that takes the limit ranges in this order: what a container leaves open is filled in
 * from the first of them that has a default for it (mergeContainerResources of Kubernetes' LimitRanger).
 */
export function withDefaults<T extends PodResources>(pod: T, ranges: readonly LimitRangeView[]): T {
  const [limitDefaults, requestDefaults] = [firstDefaults(ranges, 'default'), firstDefaults(ranges, 'defaultRequest')];
  if (Object.keys({ ...limitDefaults, ...requestDefaults }).length === 0) return pod;
  const fill = <C extends ContainerResources>(container: C): C => {
    const { limits, requests } = container.resources ?? {};
    const filled = {
      limits: { ...limitDefaults, ...limits },
      // A request that is open follows the declared limit before any default.
      requests: { ...requestDefaults, ...limits, ...requests },
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
function contradiction(
  template: PodResources,
  admitted: PodResources,
  order: readonly LimitRangeView[],
): LimitRangeVerdict | undefined {
  const open = new Map(allContainers(template).map((container) => [container.name, container]));
  for (const container of allContainers(admitted)) {
    for (const [resource, amount] of Object.entries(container.resources?.limits ?? {})) {
      const request = declared(container, 'requests', resource);
      const isDeclared = open.get(container.name)?.resources?.limits?.[resource] !== undefined;
      if (isDeclared || request === undefined || request <= (parseQuantity(amount) ?? 0n)) continue;
      const giver = order.find((range) => defaultsOf(range, 'default')[resource] !== undefined);
      const message =
        `LimitRange ${giver?.name} gives container ${container.name} a default limit of ${amount} of ${resource}, which is ` +
        `below its request of ${show(request, resource)}: no pod can be created. Declare limits.${resource} of ` +
        `${show(request, resource)} or more for it in spec.podTemplate, or change the LimitRange`;
      return { holds: true, reason: 'PodBreaksLimitRange', message };
    }
  }
  return undefined;
}

/** The verdict of admission that takes the limit ranges in this order. */
function verdictIn(order: readonly LimitRangeView[], template: PodResources): LimitRangeVerdict {
  const pod = withDefaults(template, order);
  const contradicted = contradiction(template, pod, order);
  if (contradicted !== undefined) return contradicted;
  const breaches = order.flatMap(({ name, limits }) =>
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

/** What the limit ranges give, in this order, as text that is the same where they give the same. */
function outcomeOf(order: readonly LimitRangeView[]): string {
  const sorted = (field: DefaultField): object =>
    Object.entries(firstDefaults(order, field)).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([sorted('default'), sorted('defaultRequest')]);
}

/** More than that many outcomes, or ways to them, are not looked at. */
const MOST_OUTCOMES = 250;

/**
 * Of all orders of the limit ranges one for each outcome, which the first few of an order decide: of twenty ranges that
 * have defaults for the same resources there are twenty. Ends early where there are too many.
 * @param seen outcomes of beginnings; more than the most where it has ended early
 */
function* ordersOf(
  ranges: readonly LimitRangeView[],
  seen: Set<string>,
  before: readonly LimitRangeView[] = [],
): Generator<readonly LimitRangeView[]> {
  const outcome = outcomeOf(before);
  if (seen.has(outcome) || seen.size > MOST_OUTCOMES) return;
  seen.add(outcome);
  const deciding = ranges.filter((range) => outcomeOf([...before, range]) !== outcome);
  if (deciding.length === 0) yield [...before, ...ranges];
  for (const next of deciding) {
    const others = ranges.filter((range) => range !== next);
    yield* ordersOf(others, seen, [...before, next]);
  }
}

/** Whether another limit range has another default for something that this one has one for. */
function isDisputed(range: LimitRangeView, ranges: readonly LimitRangeView[]): boolean {
  return (['default', 'defaultRequest'] as const).some((field) => {
    const own = Object.entries(defaultsOf(range, field));
    return ranges.some((other) => {
      const others = defaultsOf(other, field);
      return own.some(([resource, amount]) => (others[resource] ?? amount) !== amount);
    });
  });
}

/**
 * Whether admission will take a pod as it is declared, judged by every limit range of the namespace. In what order
 * admission takes them, and so whose defaults count, is left to chance for each pod: only what no order admits is told.
 */
export function checkLimitRanges(template: PodResources, ranges: readonly LimitRangeView[]): LimitRangeVerdict {
  const disputed = ranges.filter((range) => isDisputed(range, ranges));
  const others = ranges.filter((range) => !disputed.includes(range));
  const first = verdictIn([...disputed, ...others], template);
  const seen = new Set<string>();
  for (const order of ordersOf(disputed, seen)) {
    if (verdictIn([...order, ...others], template).holds !== first.holds) return leftToChance(disputed);
  }
  return seen.size > MOST_OUTCOMES ? unknownOf(disputed) : first;
}

const namesOf = (ranges: readonly LimitRangeView[]): string => ranges.map(({ name }) => name).join(', ');

function leftToChance(disputed: readonly LimitRangeView[]): LimitRangeVerdict {
  const message =
    `LimitRanges ${namesOf(disputed)} have different defaults, and whose a pod gets is left to chance: some pods are ` +
    'refused, and tried again until they get others';
  return { holds: false, reason: 'LimitRangesFit', message };
}

function unknownOf(disputed: readonly LimitRangeView[]): LimitRangeVerdict {
  const message =
    `LimitRanges ${namesOf(disputed)} have different defaults, and whose a pod gets is left to chance: these are too ` +
    'many ways to say whether all of them admit the pods, or none';
  return { holds: false, reason: 'LimitRangesFit', message };
}
