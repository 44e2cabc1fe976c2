import { formatQuantity, parseQuantity } from '../api/quantity.ts';
import {
  countOf,
  defaultsOf,
  disputedOf,
  filledIn,
  firstDefaults,
  type Defaults,
  type LimitRangeItem,
  type LimitRangeView,
} from './limit-range-defaults.ts';
import { Allowance, outcomesOf } from './limit-range-orders.ts';
import { allContainers, declared, podDeclared, type Bound, type PodResources } from './pod-resources.ts';
import type { Verdict } from './verdict.ts';

type LimitRangeVerdict = Verdict<'LimitRangesFit' | 'PodBreaksLimitRange'>;

/** A limit range, and what it gives. */
interface Giver {
  readonly range: LimitRangeView;
  readonly defaults: Defaults;
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

/** What all limit ranges break, however they come by it; one by one, since often the first is enough. */
function* breachesIn(pod: PodResources, givers: readonly Giver[]): Generator<Breach> {
  for (const { range } of givers) {
    for (const item of range.limits) {
      if (item.type === 'Pod') {
        yield* breachesOf(range.name, item, 'the pod', (bound, resource) => podDeclared(pod, bound, resource));
      }
      if (item.type !== 'Container') continue;
      for (const container of allContainers(pod)) {
        yield* breachesOf(range.name, item, `container ${container.name}`, (bound, resource) =>
          declared(container, bound, resource),
        );
      }
    }
  }
}

/** A container whose request is above the limit that it gets by default: the API refuses it. */
interface Contradiction {
  readonly container: string;
  readonly resource: string;
  readonly limit: string | number;
  readonly request: bigint;
}

function contradictionIn(template: PodResources, admitted: PodResources): Contradiction | undefined {
  const open = new Map(allContainers(template).map((container) => [container.name, container]));
  for (const container of allContainers(admitted)) {
    for (const [resource, limit] of Object.entries(container.resources?.limits ?? {})) {
      const request = declared(container, 'requests', resource);
      const isDeclared = open.get(container.name)?.resources?.limits?.[resource] !== undefined;
      if (isDeclared || request === undefined || request <= (parseQuantity(limit) ?? 0n)) continue;
      return { container: container.name, resource, limit, request };
    }
  }
  return undefined;
}

/** Whether admission refuses the pod that gives it these defaults. */
function isRefused(template: PodResources, defaults: Defaults, givers: readonly Giver[]): boolean {
  const pod = filledIn(template, defaults);
  return contradictionIn(template, pod) !== undefined || breachesIn(pod, givers).next().done !== true;
}

/** The verdict of admission that takes the limit ranges in this order. */
function verdictIn(order: readonly Giver[], template: PodResources): LimitRangeVerdict {
  const pod = filledIn(template, firstDefaults(order.map(({ defaults }) => defaults)));
  const contradiction = contradictionIn(template, pod);
  if (contradiction !== undefined) return contradicted(contradiction, order);
  const breaches = [...breachesIn(pod, order)];
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

function contradicted(
  { container, resource, limit, request }: Contradiction,
  order: readonly Giver[],
): LimitRangeVerdict {
  const giver = order.find(({ defaults }) => defaults.default[resource] !== undefined);
  const message =
    `LimitRange ${giver?.range.name} gives container ${container} a default limit of ${limit} of ${resource}, which is ` +
    `below its request of ${show(request, resource)}: no pod can be created. Declare limits.${resource} of ` +
    `${show(request, resource)} or more for it in spec.podTemplate, or change the LimitRange`;
  return { holds: true, reason: 'PodBreaksLimitRange', message };
}

/** How many amounts a verdict looks at, at most. */
function stepsOfVerdict(template: PodResources, givers: readonly Giver[]): number {
  const ofItem = ({ max, min, maxLimitRequestRatio }: LimitRangeItem): number =>
    1 +
    Object.keys({ ...max }).length +
    Object.keys({ ...min }).length +
    Object.keys({ ...maxLimitRequestRatio }).length;
  const bounds = givers.flatMap(({ range }) => range.limits.map(ofItem)).reduce((sum, steps) => sum + steps, 0);
  const defaults = countOf(firstDefaults(givers.map((giver) => giver.defaults)));
  return allContainers(template).length * (bounds + defaults);
}

/**
 * Whether admission will take a pod as it is declared, judged by every limit range of the namespace. In what order
 * admission takes them, and so whose defaults count, is left to chance for each pod: only what no order admits is told.
 */
export function checkLimitRanges(template: PodResources, ranges: readonly LimitRangeView[]): LimitRangeVerdict {
  const givers = ranges.map((range): Giver => ({ range, defaults: defaultsOf(range) }));
  const disputed = disputedOf(givers);
  const others = givers.filter((giver) => !disputed.includes(giver));
  const first = verdictIn([...disputed, ...others], template);
  if (disputed.length === 0) return first;
  const allowance = new Allowance();
  const steps = stepsOfVerdict(template, givers);
  const undisputed = firstDefaults(others.map(({ defaults }) => defaults));
  const outcomes = outcomesOf(
    disputed.map(({ defaults }) => defaults),
    allowance,
  );
  for (const outcome of outcomes) {
    if (!allowance.spend(steps)) break;
    if (isRefused(template, firstDefaults([outcome, undisputed]), givers) !== first.holds)
      return leftToChance(disputed);
  }
  return allowance.isOverdrawn ? unknownOf(disputed) : first;
}

const namesOf = (givers: readonly Giver[]): string => givers.map(({ range }) => range.name).join(', ');

function leftToChance(disputed: readonly Giver[]): LimitRangeVerdict {
  const message =
    `LimitRanges ${namesOf(disputed)} have different defaults, and whose a pod gets is left to chance: some pods are ` +
    'refused, and tried again until they get others';
  return { holds: false, reason: 'LimitRangesFit', message };
}

function unknownOf(disputed: readonly Giver[]): LimitRangeVerdict {
  const message =
    `LimitRanges ${namesOf(disputed)} have different defaults, and whose a pod gets is left to chance: these are too ` +
    'many ways to say whether all of them admit the pods, or none';
  return { holds: false, reason: 'LimitRangesFit', message };
}
