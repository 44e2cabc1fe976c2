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
  /** Nano-units that are declared here of the managed quota, which is the sum over its members; undefined: the whole is. */
  readonly share: (resource: string) => bigint | undefined;
}

const show = (nanos: bigint, resource: string): string =>
  formatQuantity(nanos, /memory|storage/.test(resource) ? 'binary' : 'decimal');

const neededFor = (line: QuotaLine, pods: number): bigint => BigInt(pods) * line.perPod + line.others;

/** What would have to be set for `pods` to fit, over all lines of the quota that binds. */
function remedy(binding: QuotaLine, lines: readonly QuotaLine[], pods: number, { field, share }: PodDemand): string {
  const { isManaged } = binding.quota;
  const declaredFor = (line: QuotaLine): bigint => {
    const own = isManaged ? share(line.resource) : undefined;
    return neededFor(line, pods) - (own === undefined ? 0n : line.hard - own);
  };
  const short = lines.filter((line) => line.quota === binding.quota && line.perPod > 0n && podsWithin(line) < pods);
  const numbers = short.map((line) => `${line.resource}: '${show(declaredFor(line), line.resource)}'`).join(', ');
  const where = isManaged ? 'spec.quota.hard' : `ResourceQuota ${binding.quota.name}`;
  return `Raise ${where} to ${numbers}, or lower ${field}`;
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
  const lines = quotaLines(question);
  const [first] = undeclared(question);
  if (first !== undefined) {
    const message = `No pod is admitted: ${first} is not declared. Declare it in spec.podTemplate, or by a LimitRange`;
    return { holds: false, reason: 'NoLimitsDeclared', message };
  }
  const binding = lines.toSorted((a, b) => podsWithin(a) - podsWithin(b))[0];
  if (binding === undefined) return { holds: true, reason: 'NoQuota', message: 'No quota counts the pods' };
  const fits = podsWithin(binding);
  if (fits < most) {
    const reason = binding.quota.isManaged ? 'SteadyStateExceedsQuota' : 'OtherQuotaBinding';
    const message = `${shortage(binding, most, `${most} pods by ${field}`)}: ${fits} pods fit. ${remedy(binding, lines, most, demand)}`;
    return { holds: false, reason, message };
  }
  if (fits < most + surge) {
    const pods = most + surge;
    const parts = `${most} pods by ${field} and ${surge} of surge`;
    const message = `${shortage(binding, pods, parts)}: rollouts at that size start fewer pods at once. ${remedy(binding, lines, pods, demand)}`;
    return { holds: false, reason: 'SurgeExceedsQuota', message };
  }
  if (fits < most + surge + draining) {
    const pods = most + surge + draining;
    const parts = `${most} pods by ${field}, ${surge} of surge and ${draining} that still drain`;
    const message = `${shortage(binding, pods, parts)}: rollouts at that size wait for pods that drain. ${remedy(binding, lines, pods, demand)}`;
    return { holds: false, reason: 'DrainExceedsQuota', message };
  }
  const message = `Up to ${fits} pods fit, ${most} are declared by ${field}; ResourceQuota ${binding.quota.name} binds first, by ${binding.resource}`;
  return { holds: true, reason: 'QuotaFits', message };
}
