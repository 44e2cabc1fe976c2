import { formatQuantity } from '../api/quantity.ts';
import { podsWithin, quotaLines, undeclared, type QuotaLine, type QuotaQuestion } from './quota.ts';
import type { Verdict } from './verdict.ts';

type QuotaVerdict = Verdict<
  | 'NoQuota'
  | 'QuotaFits'
  | 'SteadyStateExceedsQuota'
  | 'OtherQuotaBinding'
  | 'SurgeExceedsQuota'
  | 'DrainExceedsQuota'
  | 'NoLimitsDeclared'
>;

/** What a TickStorm declares of the managed quota, which it shares with the others of its namespace. */
export interface QuotaMember {
  readonly name: string;
  /** Whether it is the one whose pods are asked about. */
  readonly isSelf: boolean;
  readonly mode: 'Managed' | 'Fixed' | 'None';
  /** Nano-units that it declares of a resource. */
  readonly hard: (resource: string) => bigint;
}

/** Pods that there may be at once, and why. */
export interface PodDemand {
  /** Most pods that are declared. */
  readonly most: number;
  /** The field that says so. */
  readonly field: string;
  /** Pods that a rollout starts before old ones go. */
  readonly surge: number;
  /** Pods that still drain, and hold quota, while their successors start. */
  readonly draining: number;
  /** All TickStorms of the namespace: asked for where a quota is short only. */
  readonly members: () => readonly QuotaMember[];
}

const show = (nanos: bigint, resource: string): string =>
  formatQuantity(nanos, /memory|storage/.test(resource) ? 'binary' : 'decimal');

const podsOf = (count: number): string => (count === 1 ? '1 pod' : `${count} pods`);
/** How many pods fit, as a clause. */
const fitting = (count: number): string => `${podsOf(count)} ${count === 1 ? 'fits' : 'fit'}`;

const neededFor = (line: QuotaLine, pods: number): bigint => BigInt(pods) * line.perPod + line.others;

/** Such as `pods: '12', limits.cpu: '24'`; undefined without a line. */
function numbersOf(lines: readonly QuotaLine[], amount: (line: QuotaLine) => bigint): string | undefined {
  const numbers = lines.map((line) => `${line.resource}: '${show(amount(line), line.resource)}'`);
  return numbers.length === 0 ? undefined : numbers.join(', ');
}

/**
 * What would have to be declared for the managed quota to have room. Where some fix it the least of what they fix it to
 * holds, and what the others declare counts for nothing; else it is the sum.
 */
function managedRemedies(short: readonly QuotaLine[], pods: number, members: readonly QuotaMember[]): string[] {
  const fixers = members.filter(({ mode }) => mode === 'Fixed');
  if (fixers.length > 0) {
    return fixers.flatMap(({ name, isSelf, hard }) => {
      const low = short.filter((line) => hard(line.resource) < neededFor(line, pods));
      const numbers = numbersOf(low, (line) => neededFor(line, pods));
      if (numbers === undefined) return [];
      const whose = isSelf ? '' : ` of TickStorm ${name}, which fixes the quota of the namespace,`;
      return [`raise spec.quota.hard${whose} to ${numbers}`];
    });
  }
  const self = members.find(({ isSelf }) => isSelf);
  const missing = (line: QuotaLine): bigint =>
    members
      .filter(({ isSelf, mode }) => !isSelf && mode === 'Managed')
      .reduce((rest, { hard }) => rest - hard(line.resource), neededFor(line, pods));
  const isPart = self?.mode === 'Managed';
  const low = short.filter((line) => missing(line) > (isPart ? self.hard(line.resource) : 0n));
  const numbers = numbersOf(low, missing);
  if (numbers === undefined) return [];
  return [`${isPart ? 'raise' : 'set spec.quota.mode to Managed and'} spec.quota.hard to ${numbers}`];
}

/** What would have to be set for `pods` to fit into every quota that charges them; of the managed one by whom. */
function remedy(lines: readonly QuotaLine[], pods: number, { field, members }: PodDemand, fits?: number): string {
  const short = lines.filter((line) => podsWithin(line) < pods);
  const quotas = [...new Set(short.map(({ quota }) => quota))];
  const raises = quotas.flatMap((quota) => {
    const own = short.filter((line) => line.quota === quota);
    if (quota.isManaged) return managedRemedies(own, pods, members());
    return [`raise ResourceQuota ${quota.name} to ${numbersOf(own, (line) => neededFor(line, pods))}`];
  });
  // Declared already: the quota lags behind, or a paused TickStorm holds it back.
  if (raises.length === 0) return 'What is declared is enough, and the ResourceQuota does not follow it yet';
  const all = raises.join(' and ');
  const lower = fits === 0 ? '' : `, or lower ${field}${fits === undefined ? '' : ` to ${fits}`}`;
  return `${all.charAt(0).toUpperCase()}${all.slice(1)}${lower}`;
}

function shortage(binding: QuotaLine, pods: number, parts: string): string {
  const { quota, resource, hard, others, perPod } = binding;
  const beside = others > 0n ? `, ${show(others, resource)} of it for others in the namespace` : '';
  return (
    `ResourceQuota ${quota.name} binds: ${resource}, have ${show(hard, resource)}, ` +
    `need ${show(neededFor(binding, pods), resource)} (${parts} of ${show(perPod, resource)}${beside})`
  );
}

/** Whether the quotas of the namespace admit what is declared: in steady state, in a rollout, and while pods drain. */
export function checkQuotas(question: QuotaQuestion, demand: PodDemand): QuotaVerdict {
  const { most, field, surge, draining } = demand;
  // Of what the pods declare nothing of, any number of them fits.
  const lines = quotaLines(question).filter(({ perPod }) => perPod > 0n);
  const [first] = undeclared(question);
  if (first !== undefined) {
    const message = `No pod is admitted: ${first} is not declared. Declare it in spec.podTemplate, or by a LimitRange`;
    return { holds: false, reason: 'NoLimitsDeclared', message };
  }
  const binding = lines.toSorted((a, b) => podsWithin(a) - podsWithin(b))[0];
  if (binding === undefined) {
    return { holds: true, reason: 'NoQuota', message: 'No quota counts the pods, or anything that they declare' };
  }
  const fits = podsWithin(binding);
  if (fits < most) {
    const reason = binding.quota.isManaged ? 'SteadyStateExceedsQuota' : 'OtherQuotaBinding';
    const message = `${shortage(binding, most, `${podsOf(most)} by ${field}`)}: ${fitting(fits)}. ${remedy(lines, most, demand, fits)}`;
    return { holds: false, reason, message };
  }
  if (fits < most + surge) {
    const pods = most + surge;
    const parts = `${podsOf(most)} by ${field} and ${surge} of surge`;
    const message = `${shortage(binding, pods, parts)}: rollouts at that size start fewer pods at once. ${remedy(lines, pods, demand)}`;
    return { holds: false, reason: 'SurgeExceedsQuota', message };
  }
  if (fits < most + surge + draining) {
    const pods = most + surge + draining;
    const parts = `${podsOf(most)} by ${field}, ${surge} of surge and ${draining} that still ${draining === 1 ? 'drains' : 'drain'}`;
    const message = `${shortage(binding, pods, parts)}: rollouts at that size wait for pods that drain. ${remedy(lines, pods, demand)}`;
    return { holds: false, reason: 'DrainExceedsQuota', message };
  }
  const message = `Up to ${fitting(fits)}, ${most} ${most === 1 ? 'is' : 'are'} declared by ${field}; ResourceQuota ${binding.quota.name} binds first, by ${binding.resource}`;
  return { holds: true, reason: 'QuotaFits', message };
}
