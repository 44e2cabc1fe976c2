import type { V1RollingUpdateDeployment } from '@kubernetes/client-node';
import { parseQuantity } from '../api/quantity.ts';
import { controlsOf } from '../api/v1alpha1/controls.ts';
import { parseTickStorm, type TickStorm } from '../api/v1alpha1/tick-storm.ts';
import { asAdmitted } from '../arithmetic/admitted-pod.ts';
import { checkDisruption } from '../arithmetic/disruption.ts';
import { withDefaults, type LimitRangeView } from '../arithmetic/limit-range-defaults.ts';
import { checkLimitRanges } from '../arithmetic/limit-range.ts';
import { resourcesOf, type PodResources } from '../arithmetic/pod-resources.ts';
import { checkQuotas, type QuotaMember } from '../arithmetic/quota-verdict.ts';
import {
  binds,
  chargeOf,
  hasRoom,
  quotaCapacity,
  quotaLines,
  rollingCapacity,
  type QuotaQuestion,
} from '../arithmetic/quota.ts';
import { chooseRollout, surgeOf, unavailableOf } from '../arithmetic/rollout.ts';
import { checkZones, zonesFor } from '../arithmetic/zones.ts';
import type { PodContext, RolloutStrategy } from '../builders/build-context.ts';
import { strategyOf } from '../builders/deployment.ts';
import { objectNames } from '../builders/names.ts';
import { buildPodSpec, drainTimeSeconds, podTemplateProblems } from '../builders/pod-template.ts';
import type { KubeObject } from '../runtime/kube-object.ts';
import { trusted } from '../runtime/trusted.ts';
import { drainSlots } from '../scaling/drain-slots.ts';
import { podInPlace, runningTemplates } from './deployed-pods.ts';
import { progressOf } from './deployment-progress.ts';
import { foreignBudgetsOn } from './foreign-budgets.ts';
import { chargedPods, limitRangeViews, quotaViews, type Cached } from './namespace-views.ts';
import { NeighbourDeployments, type NeighbourPods } from './neighbour-pods.ts';
import type { Plan } from './plan.ts';
import type { TemplateChoice } from './template-choice.ts';
import { wantedReplicas } from './wanted-replicas.ts';

export interface PlannerOptions {
  /** With an index `namespace`. */
  readonly tickStorms: Cached;
  /** All quotas and limit ranges, whoever made them; each with an index `namespace`. */
  readonly quotas: Cached;
  readonly limitRanges: Cached;
  /** With an index `instance`. */
  readonly pods: Cached;
  readonly deployments: Cached;
  /** All budgets, with an index `foreign` of those of others by namespace. */
  readonly budgets: Cached;
  /** The metadata of the nodes; undefined when they are not known. */
  readonly nodes: () => readonly KubeObject[] | undefined;
  readonly podContext: PodContext;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/** With the rights of some namespaces alone no nodes can be seen. */
const NODES_UNKNOWN = {
  holds: undefined,
  reason: 'NodesUnknown',
  message:
    'spec.scheduling.zoneAntiAffinity Required allows one pod in each zone, and how many zones there are is not known ' +
    'without the right to list nodes. Pods without a zone stay pending',
} as const;

/** What a TickStorm asks of quotas. */
interface Demand {
  readonly generation: number | undefined;
  readonly pod: PodResources;
  /** Whether the spec's overlay is refused, so that `pod` is without it, and the pods keep an earlier one. */
  readonly isRefused: boolean;
  readonly most: number;
  /** What it declares of the managed quota. */
  readonly share: Omit<QuotaMember, 'isSelf'>;
}

/** What another TickStorm of the namespace asks for, by what its pods were made from. */
interface NeighbourDemand extends Demand {
  readonly running: NeighbourPods['running'];
}

/** Most pods that a TickStorm declares, and the field that says so. */
function mostPods({ spec }: TickStorm): { readonly most: number; readonly field: string } {
  return spec.autoscaling.mode === 'Enabled'
    ? { most: spec.autoscaling.maxReplicas, field: 'spec.autoscaling.maxReplicas' }
    : { most: spec.replicas, field: 'spec.replicas' };
}

/** What a TickStorm declares of the managed quota of its namespace. One that says nothing has a part in what there is. */
function shareOf({ metadata: { name }, spec: { quota } }: TickStorm): Demand['share'] {
  const amounts: Readonly<Record<string, string | number>> = quota.hard;
  return { name, mode: quota.mode ?? 'Managed', hard: (resource) => parseQuantity(amounts[resource] ?? 0) ?? 0n };
}

/** Pods that a rollout has beside those that are wanted. */
function rollingPods(most: number, isPaced: boolean): { readonly surge: number; readonly draining: number } {
  return isPaced ? { surge: 1, draining: drainSlots(most) } : { surge: surgeOf(most), draining: unavailableOf(most) };
}

/** Checks quotas, limit ranges, budget, surge and drains against each other, from what the caches hold. */
export class Planner {
  readonly #options: PlannerOptions;
  /** By uid: what follows from a generation of a TickStorm. */
  readonly #demands = new Map<string, Demand>();
  readonly #neighbours: NeighbourDeployments;

  constructor(options: PlannerOptions) {
    this.#options = options;
    this.#neighbours = new NeighbourDeployments(options.deployments);
  }

  /** @param template that its pods are to have; without it that of the spec, or the one in place if it is refused */
  plan(
    tickStorm: TickStorm,
    deployment: KubeObject | undefined,
    template?: Pick<TemplateChoice, 'state' | 'template'>,
  ): Plan {
    const { namespace } = tickStorm.metadata;
    const { autoscaling, disruption, quota } = tickStorm.spec;
    const replicas = wantedReplicas(tickStorm, deployment);
    const ranges = limitRangeViews(this.#options.limitRanges, namespace);
    const demand = this.#demandOf(tickStorm);
    const declared = podOf(template) ?? (demand.isRefused ? podInPlace(deployment) : undefined) ?? demand.pod;
    const own = this.#chargedPods(namespace, tickStorm.metadata.name);
    const now: QuotaQuestion = {
      quotas: quotaViews(this.#options.quotas, namespace),
      pod: asAdmitted(withDefaults(declared, ranges), own, () => runningTemplates(deployment)),
      own,
      reserved: () => 0n,
    };
    // What others come to take matters to quotas alone.
    const always = now.quotas.length === 0 ? now : { ...now, reserved: this.#reservedByOthers(tickStorm, ranges) };
    const linesNow = quotaLines(now);
    const capacity = rollingCapacity(linesNow);
    const onePodPerZone = tickStorm.spec.scheduling.zoneAntiAffinity === 'Required';
    const isPaced = disruption.mode === 'Paced';
    const { most, field } = mostPods(tickStorm);
    const rolling = rollingPods(most, isPaced);
    const zones = onePodPerZone ? this.#zonesFor(tickStorm) : undefined;
    return {
      replicas,
      strategy: chooseRollout({ replicas, capacity, onePodPerZone, isPaced, underWay: rolloutUnderWay(deployment) }),
      // Deployments do not count pods that drain: the pause lets them go before more follow.
      minReadySeconds: isPaced ? Math.ceil(drainTimeSeconds(tickStorm) / drainSlots(replicas)) : 0,
      mostReplicas: quota.autoscalerCap === 'Enabled' ? this.#cap(tickStorm, always, zones) : undefined,
      hasRoom: hasRoom(linesNow),
      quota: checkQuotas(always, {
        most,
        field,
        members: () => this.#membersBeside(tickStorm),
        ...(onePodPerZone ? { surge: 0, draining: 0 } : rolling),
      }),
      limitRange: checkLimitRanges(declared, ranges),
      disruption: checkDisruption({
        ...disruption,
        replicas,
        autoscaling: autoscaling.mode === 'Enabled' ? autoscaling : undefined,
        foreignBudgets: this.#foreignBudgetsOn(tickStorm),
      }),
      ...(onePodPerZone && { zones: zones === undefined ? NODES_UNKNOWN : checkZones(zones, most, field) }),
    };
  }

  forget(uid: string): void {
    this.#demands.delete(uid);
    this.#neighbours.forget(uid);
  }

  #cap({ spec: { autoscaling } }: TickStorm, question: QuotaQuestion, zones: readonly string[] | undefined): number {
    const places = zones?.length ?? Number.POSITIVE_INFINITY;
    const fitting = Math.min(quotaCapacity(quotaLines(question)), places, autoscaling.maxReplicas);
    return Math.max(fitting, autoscaling.minReplicas);
  }

  #zonesFor(tickStorm: TickStorm): readonly string[] | undefined {
    const nodes = this.#options.nodes()?.map(({ metadata }) => ({ labels: metadata.labels ?? {} }));
    return nodes === undefined ? undefined : zonesFor(nodes, this.#demandOf(tickStorm).pod.nodeSelector ?? {});
  }

  #foreignBudgetsOn({ metadata: { namespace, name } }: TickStorm): string[] {
    const budgets = this.#options.budgets.cache.byIndex('foreign', namespace);
    return foreignBudgetsOn(budgets, name, objectNames(name).disruptionBudget);
  }

  #demandOf(tickStorm: TickStorm): Demand {
    const { uid, generation } = tickStorm.metadata;
    const known = this.#demands.get(uid);
    if (known !== undefined && known.generation === generation) return known;
    const { podContext } = this.#options;
    const pod = resourcesOf(buildPodSpec(tickStorm, podContext));
    const isRefused = podTemplateProblems(tickStorm, podContext).length > 0;
    const demand = { generation, pod, isRefused, most: mostPods(tickStorm).most, share: shareOf(tickStorm) };
    this.#demands.set(uid, demand);
    return demand;
  }

  /** What the other TickStorms of the namespace may still come to take of a resource of a quota. */
  #reservedByOthers(tickStorm: TickStorm, ranges: readonly LimitRangeView[]): QuotaQuestion['reserved'] {
    const { namespace } = tickStorm.metadata;
    const others = this.#demandsBeside(tickStorm).map(({ pod: declared, most, share, running: templates }) => {
      const running = this.#chargedPods(namespace, share.name);
      const pod = asAdmitted(withDefaults(declared, ranges), running, templates);
      return { pod, growth: BigInt(Math.max(most - running.length, 0)) };
    });
    return (resource, quota) =>
      others
        .filter(({ pod }) => binds(quota, pod))
        .reduce((sum, { pod, growth }) => sum + growth * (chargeOf(pod, resource) ?? 0n), 0n);
  }

  #chargedPods(namespace: string, name: string): PodResources[] {
    return chargedPods(this.#options.pods, { namespace, name }, this.#options.now());
  }

  /** What the other TickStorms of the namespace ask for. One that is being deleted asks for nothing any more. */
  #demandsBeside({ metadata: { namespace, uid } }: TickStorm): NeighbourDemand[] {
    return this.#options.tickStorms.cache.byIndex('namespace', namespace).flatMap((live) => {
      if (live.metadata.uid === uid || live.metadata.deletionTimestamp !== undefined) return [];
      const known = this.#demands.get(live.metadata.uid ?? '');
      const demand = known?.generation === live.metadata.generation ? known : this.#demandOfLive(live);
      if (demand === undefined) return [];
      const { keepsTemplate, inPlace, running } = this.#neighbours.podsOf(live);
      const isKept = demand.isRefused || keepsTemplate(controlsOf(live.metadata));
      return { ...demand, pod: (isKept ? inPlace() : undefined) ?? demand.pod, running };
    });
  }

  #membersBeside(tickStorm: TickStorm): QuotaMember[] {
    const others = this.#demandsBeside(tickStorm).map(({ share }) => ({ ...share, isSelf: false }));
    return [{ ...shareOf(tickStorm), isSelf: true }, ...others];
  }

  #demandOfLive(live: KubeObject): Demand | undefined {
    const parsed = parseTickStorm(live);
    return parsed.ok ? this.#demandOf(parsed.value) : undefined;
  }
}

/** What the pods declare that are kept in place of those of the spec; undefined where none are. */
function podOf(choice: Pick<TemplateChoice, 'state' | 'template'> | undefined): PodResources | undefined {
  const spec = choice === undefined || choice.state === 'declared' ? undefined : choice.template.spec;
  return spec && resourcesOf(spec);
}

/** The strategy of a rollout that has not ended. */
function rolloutUnderWay(deployment: KubeObject | undefined): RolloutStrategy | undefined {
  const { isObserved, updated, replicas, desired } = progressOf(deployment);
  if (deployment === undefined || (isObserved && updated === desired && replicas === desired)) return undefined;
  const spec = trusted<{ readonly strategy?: { readonly rollingUpdate?: V1RollingUpdateDeployment } }>(
    deployment['spec'],
  );
  return strategyOf(spec.strategy?.rollingUpdate);
}
