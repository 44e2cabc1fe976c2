import { parseQuantity } from '../api/quantity.ts';
import { crossesNamespaces } from './pod-affinity.ts';
import { allContainers, declared, podTotal, type Bound, type PodResources } from './pod-resources.ts';

type Quantities = Readonly<Record<string, string | number>>;

interface ScopeRequirement {
  readonly scopeName: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

/** One ResourceQuota of the namespace, whoever made it. */
export interface QuotaView {
  readonly name: string;
  /** Whether the operator sets its numbers. */
  readonly isManaged: boolean;
  /** What is enforced: the quota's status, not its spec. */
  readonly hard: Quantities;
  readonly used: Quantities;
  readonly scopes?: readonly string[];
  readonly scopeRequirements?: readonly ScopeRequirement[];
}

/** Resources that pods are charged for by their limits. */
const LIMITED: ReadonlySet<string> = new Set(['cpu', 'memory', 'ephemeral-storage']);
/** Of these alone a quota asks that every container declares them (validationSet of Kubernetes). */
const MUST_BE_DECLARED: ReadonlySet<string> = new Set(['cpu', 'memory']);

/** What of a quota's resources a pod is charged for. `requests.storage` is what volume claims are charged for. */
function chargedAs(resource: string): 'pod' | { readonly bound: Bound; readonly name: string } | undefined {
  if (resource === 'pods' || resource === 'count/pods') return 'pod';
  const [, prefix, name = resource] = /^(limits|requests)\.(.+)$/.exec(resource) ?? [];
  if (prefix === 'limits') return LIMITED.has(name) ? { bound: 'limits', name } : undefined;
  if (prefix === 'requests') return name === 'storage' ? undefined : { bound: 'requests', name };
  const isBare = LIMITED.has(resource) || resource.startsWith('hugepages-');
  return isBare ? { bound: 'requests', name } : undefined;
}

const NANOS = 1_000_000_000n;

/** Nano-units of a quota's resource that one pod is charged for; undefined when pods are not charged for it. */
export function chargeOf(pod: PodResources, resource: string): bigint | undefined {
  const charge = chargedAs(resource);
  if (charge === 'pod') return NANOS;
  return charge === undefined ? undefined : podTotal(pod, charge.bound, charge.name);
}

function matchesScope(scope: string, { activeDeadlineSeconds, affinity }: PodResources): boolean {
  if (scope === 'Terminating') return activeDeadlineSeconds !== undefined;
  if (scope === 'NotTerminating') return activeDeadlineSeconds === undefined;
  if (scope === 'CrossNamespacePodAffinity') return crossesNamespaces(affinity);
  // The pods always have requests.
  return scope === 'NotBestEffort';
}

function matchesRequirement({ scopeName, operator, values = [] }: ScopeRequirement, pod: PodResources): boolean {
  if (scopeName !== 'PriorityClass') return matchesScope(scopeName, pod);
  const name = pod.priorityClassName ?? '';
  if (operator === 'Exists') return name !== '';
  if (operator === 'DoesNotExist') return name === '';
  return operator === 'In' ? values.includes(name) : !values.includes(name);
}

/** Whether a quota counts pods like this one. */
export function binds({ scopes = [], scopeRequirements = [] }: QuotaView, pod: PodResources): boolean {
  return (
    scopes.every((scope) => matchesScope(scope, pod)) &&
    scopeRequirements.every((requirement) => matchesRequirement(requirement, pod))
  );
}

/** One resource of one quota, as it bears on the pods: all amounts in nano-units. */
export interface QuotaLine {
  readonly quota: QuotaView;
  readonly resource: string;
  readonly hard: bigint;
  /** What everything but our own pods takes of it. */
  readonly others: bigint;
  /** What our own pods take of it, those that drain included. */
  readonly own: bigint;
  /** What a pod takes of it that is to be. */
  readonly perPod: bigint;
  /** What the dearest of our pods takes of it, those that are to be included. */
  readonly dearest: bigint;
}

export interface QuotaQuestion {
  readonly quotas: readonly QuotaView[];
  /** A pod as it is to be, with its defaults filled in, and as it is admitted. */
  readonly pod: PodResources;
  /** The pods that there are now, those that still drain included. */
  readonly own: readonly PodResources[];
  /** Nano-units that others in the namespace may still take of a resource of a quota. */
  readonly reserved: (resource: string, quota: QuotaView) => bigint;
}

const amount = (quantities: Quantities, resource: string): bigint => parseQuantity(quantities[resource] ?? 0) ?? 0n;

/** Every resource of every quota that bears on the pods. */
export function quotaLines({ quotas, pod, own, reserved }: QuotaQuestion): QuotaLine[] {
  return quotas
    .filter((quota) => binds(quota, pod))
    .flatMap((quota) =>
      Object.keys(quota.hard).flatMap((resource) => {
        const perPod = chargeOf(pod, resource);
        if (perPod === undefined) return [];
        const charges = own.filter((live) => binds(quota, live)).map((live) => chargeOf(live, resource) ?? 0n);
        const ownUse = charges.reduce((sum, charge) => sum + charge, 0n);
        const dearest = charges.reduce((most, charge) => (charge > most ? charge : most), perPod);
        const foreign = amount(quota.used, resource) - ownUse;
        // The quota's status runs behind the pods: what is not charged yet is not another's.
        const others = (foreign > 0n ? foreign : 0n) + reserved(resource, quota);
        return [{ quota, resource, hard: amount(quota.hard, resource), others, own: ownUse, perPod, dearest }];
      }),
    );
}

const countWithin = (free: bigint, each: bigint): number => {
  if (each === 0n) return Number.POSITIVE_INFINITY;
  return free <= 0n ? 0 : Number(free / each);
};

/** Pods of ours that a line admits at once, once all are as they are to be. */
export function podsWithin({ hard, others, perPod }: QuotaLine): number {
  return countWithin(hard - others, perPod);
}

/** Pods of ours that all quotas together admit at once; infinite without a quota. */
export function quotaCapacity(lines: readonly QuotaLine[]): number {
  return Math.min(Number.POSITIVE_INFINITY, ...lines.map(podsWithin));
}

/**
 * Pods that all quotas together admit at any time of a rollout, in which old ones and new ones run that do not cost the
 * same: as many as fit if each were as dear as the dearest.
 */
export function rollingCapacity(lines: readonly QuotaLine[]): number {
  const counts = lines.map(({ hard, others, dearest }) => countWithin(hard - others, dearest));
  return Math.min(Number.POSITIVE_INFINITY, ...counts);
}

/** Whether all quotas together admit another pod beside those that run now. */
export function hasRoom(lines: readonly QuotaLine[]): boolean {
  return lines.every(({ hard, others, own, perPod }) => perPod === 0n || hard - others - own >= perPod);
}

/** Containers that declare nothing of what a quota counts: it admits no pod that has one. */
export function undeclared({ quotas, pod }: Pick<QuotaQuestion, 'quotas' | 'pod'>): string[] {
  // Of a pod that declares something as a whole nothing is asked of its containers.
  if (pod.resources !== undefined) return [];
  const found = quotas
    .filter((quota) => binds(quota, pod))
    .flatMap((quota) =>
      Object.keys(quota.hard).flatMap((resource) => {
        const charge = chargedAs(resource);
        if (charge === undefined || charge === 'pod' || !MUST_BE_DECLARED.has(charge.name)) return [];
        return allContainers(pod)
          .filter((container) => declared(container, charge.bound, charge.name) === undefined)
          .map(({ name }) => `${charge.bound}.${charge.name} of container ${name} (ResourceQuota ${quota.name})`);
      }),
    );
  return [...new Set(found)];
}
