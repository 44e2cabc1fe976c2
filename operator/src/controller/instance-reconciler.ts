import { controlsOf } from '../api/v1alpha1/controls.ts';
import { parseTickStorm, type TickStorm } from '../api/v1alpha1/tick-storm.ts';
import type { BuildContext, PodContext } from '../builders/build-context.ts';
import { buildPodTemplate, podTemplateProblems } from '../builders/pod-template.ts';
import { objectNames } from '../builders/names.ts';
import type { ReconcileResult } from '../runtime/controller.ts';
import type { Informer } from '../runtime/informer.ts';
import { objectKey, type KubeObject } from '../runtime/kube-object.ts';
import { scaler, surroundings, workload } from './desired-objects.ts';
import type { Draining } from './draining.ts';
import { floorOf } from './floor-of.ts';
import { handScalingOf, takesOver, type ScaleWriter } from './hand-scaling.ts';
import type { InstanceStats } from './instance-stats.ts';
import type { Load } from '../scaling/autoscaler-floor.ts';
import { pacedBudget } from '../scaling/paced-budget.ts';
import type { ScaleInControl, ScaleInState } from '../scaling/scale-in-control.ts';
import type { InstanceEvents } from './instance-events.ts';
import { InstanceObjects, type InstanceObjectsOptions } from './instance-objects.ts';
import { scaleInTask } from './scale-in-task.ts';
import type { SharedState } from './namespace-reconciler.ts';
import type { SpecGenerations } from './spec-generations.ts';
import type { Observation } from './observation.ts';
import { Outcome } from './outcome.ts';
import { pauseOf, standingCredentials, standingProblems } from './pause.ts';
import type { Plan } from './plan.ts';
import type { Planner } from './planner.ts';
import { throwFailures, type Problem } from './problem.ts';
import type { SecretPace } from './secret-pace.ts';
import { isHeldByQuota, type QuotaRetry } from './quota-retry.ts';
import type { StatusWriter } from './status-writer.ts';
import { chooseTemplate, withTemplateInPlace, type TemplateChoice } from './template-choice.ts';
import { templateSource } from './template-source.ts';
import type { TlsSecrets } from './tls-secrets.ts';
import { heldReplicas, replicasOf } from './wanted-replicas.ts';

export interface InstanceReconcilerOptions extends InstanceObjectsOptions {
  readonly scale: ScaleWriter;
  readonly tickStorms: Informer;
  readonly status: StatusWriter;
  readonly generations: SpecGenerations;
  readonly draining: Draining;
  readonly events: InstanceEvents;
  /** With an index `instance`. */
  readonly pods: Informer;
  readonly planner: Planner;
  readonly scaleIn: ScaleInControl;
  readonly quotaRetry: QuotaRetry;
  readonly tls: TlsSecrets;
  readonly pace: SecretPace;
  /** What the pods of the TickStorm of this key said last. */
  readonly stats: (key: string) => InstanceStats | undefined;
  /** Their clients, as they were counted last. */
  readonly load: (key: string) => Load | undefined;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly podContext: PodContext;
  /** Tells this operator from others that would make something else of the same spec. */
  readonly operatorMark: string;
  /** Namespace that the operator runs in. */
  readonly operatorNamespace: string;
  /** How the objects that the namespace shares stand. */
  readonly shared: (namespace: string) => SharedState;
}

/** How soon to look again where no watch will tell: for foreign objects and for Secrets. */
const PROBLEM_RECHECK_MS = 15_000;
const LEAVING_RECHECK_MS = 1_000;
/** How soon to ask again how far the drains are. */
const DRAIN_RECHECK_MS = 2_000;

/** Brings everything that one TickStorm owns to its declared state, and says in its status how that stands. */
export class InstanceReconciler {
  readonly #options: InstanceReconcilerOptions;
  readonly #objects: InstanceObjects;

  constructor(options: InstanceReconcilerOptions) {
    this.#options = options;
    this.#objects = new InstanceObjects(options);
  }

  /** Reconciles the TickStorm of this key (`NAMESPACE/NAME`). */
  async reconcile(key: string): Promise<ReconcileResult> {
    const live = this.#options.tickStorms.cache.getByKey(key);
    if (live === undefined) return {};
    if (live.metadata.deletionTimestamp !== undefined) return await this.#options.draining.proceed(live);
    const parsed = parseTickStorm(live);
    if (!parsed.ok) return await this.#reject(live, parsed.problem);
    const tickStorm = parsed.value;

    const outcome = new Outcome();
    if (controlsOf(tickStorm.metadata).paused.has('all')) return await this.#watchOnly(tickStorm, live, outcome);
    // Before there is anything to drain.
    await outcome.guard(() => this.#options.draining.claim(tickStorm));
    // Looked at once: a number that is set by hand from here on is left to the next look.
    const deployment = this.#deploymentOf(tickStorm);
    const current = await this.#takeHandOver(tickStorm, deployment, outcome);
    const template = this.#chooseTemplate(current, live, deployment);
    const plan = this.#options.planner.plan(current, deployment, template);
    const replicas = heldReplicas(current, plan.replicas, deployment);
    const floor = floorOf(current, {
      plan,
      autoscaler: this.#options.keeper.find(
        current,
        'HorizontalPodAutoscaler',
        objectNames(current.metadata.name).autoscaler,
      ),
      load: this.#options.load(key),
      nowMs: this.#options.now(),
    });
    const budget = pacedBudget(current, {
      replicas,
      pods: this.#podsOf(current),
      nowMs: this.#options.now(),
    });
    const context = {
      ...this.#options.podContext,
      operatorNamespace: this.#options.operatorNamespace,
      ...plan,
      replicas,
      minAvailable: budget?.minAvailable,
      fewestReplicas: floor?.replicas,
      podsForClients: floor?.connected,
      pods: template,
      deployment,
    };
    const { credentials, isKept } = await this.#objects.ensure(current, context, outcome);
    for (const { object, previous } of outcome.changes) {
      if (object.kind === 'Deployment' && previous !== undefined) this.#options.generations.note(previous, object);
    }
    const scaleIn = isKept ? await outcome.guard(() => this.#scaleIn(current, context, plan, outcome)) : undefined;
    const tls = await outcome.guard(() => this.#options.tls.check(current));
    const observe = (): Observation =>
      this.#observe(current, plan, { template, credentials, tls, floor, scaleIn }, outcome);
    const autoscaler = scaler(current, context);
    // The autoscaler refuses a target without a selector, so the status must have it before the autoscaler is made.
    const lacksSelector = autoscaler.intent !== undefined && current.status.selector === undefined;
    if (lacksSelector) await this.#options.status.write(observe());
    await this.#options.keeper.keep(current, [autoscaler], outcome);
    const retryMs = await this.#retryHeld(current, plan, outcome);
    const observation = observe();
    await this.#options.status.write(observation);
    this.#options.events.report(live, observation, outcome);
    // An overlay that is refused keeps no pod from draining.
    const isMoving =
      scaleIn?.isMoving === true && outcome.problems.every(({ reason }) => reason === 'InvalidPodTemplate');
    const isWaiting = credentials?.ready === false || tls?.ready === false || outcome.hasLostKind;
    const next = isMoving ? { requeueAfterMs: DRAIN_RECHECK_MS } : this.#next(current, outcome.problems, isWaiting);
    const retryAtMs = retryMs === undefined ? undefined : this.#options.now() + retryMs;
    return this.#notAfter([floor?.nextEdgeMs, budget?.nextEdgeMs, retryAtMs], next);
  }

  /** Paused: says how everything stands, and touches nothing. */
  async #watchOnly(tickStorm: TickStorm, live: KubeObject, outcome: Outcome): Promise<ReconcileResult> {
    const { keeper, planner, operatorNamespace, podContext } = this.#options;
    const deployment = this.#deploymentOf(tickStorm);
    const template = this.#chooseTemplate(tickStorm, live, deployment);
    const plan = planner.plan(tickStorm, deployment, template);
    const context = { ...podContext, operatorNamespace, ...plan, pods: template };
    for (const kind of keeper.missingKinds(surroundings(tickStorm, context))) outcome.missingKinds.add(kind);
    const known = {
      template: withTemplateInPlace(template, deployment),
      credentials: standingCredentials(tickStorm),
      tls: await outcome.guard(() => this.#options.tls.check(tickStorm)),
      floor: undefined,
      scaleIn: undefined,
      pause: pauseOf(tickStorm, { deployment, plan, template }),
    };
    const observation = this.#observe(tickStorm, plan, known, outcome);
    const before = standingProblems(tickStorm);
    // They tell of the objects that the namespace shares too, as far as they were known.
    const isTold = ({ message }: Problem): boolean => before.some((problem) => problem.message.includes(message));
    const problems = [...observation.problems.filter((problem) => !isTold(problem)), ...before];
    await this.#options.status.write({ ...observation, problems });
    return known.tls?.ready === false || outcome.missingKinds.size > 0 ? { requeueAfterMs: PROBLEM_RECHECK_MS } : {};
  }

  /** Comes again by the time at which the clock alone changes something. */
  #notAfter(edgesMs: readonly (number | undefined)[], { requeueAfterMs }: ReconcileResult): ReconcileResult {
    const nowMs = this.#options.now();
    const delays = edgesMs.flatMap((edgeMs) => (edgeMs === undefined ? [] : [Math.max(edgeMs - nowMs, 0)]));
    const soonest = Math.min(requeueAfterMs ?? Number.POSITIVE_INFINITY, ...delays);
    return Number.isFinite(soonest) ? { requeueAfterMs: soonest } : {};
  }

  async #reject(live: KubeObject, problem: string): Promise<ReconcileResult> {
    await this.#options.status.writeInvalid(live, problem);
    return {};
  }

  /** A number that was set on the Deployment by hand becomes the TickStorm's, where no autoscaler decides. */
  async #takeHandOver(tickStorm: TickStorm, deployment: KubeObject | undefined, outcome: Outcome): Promise<TickStorm> {
    const hand = handScalingOf(deployment);
    if (deployment === undefined || !takesOver(tickStorm, hand)) return tickStorm;
    const scaled = await outcome.guard(() => this.#options.scale.takeOver(tickStorm, deployment, hand));
    if (scaled !== undefined) outcome.scaledByHand = hand;
    return scaled ?? tickStorm;
  }

  /** Drains pods of which there are too many, and lowers the Deployment's number by those that are empty. */
  async #scaleIn(
    tickStorm: TickStorm,
    context: BuildContext,
    plan: Plan,
    outcome: Outcome,
  ): Promise<ScaleInState | undefined> {
    const deployment = this.#deploymentOf(tickStorm);
    const current = replicasOf(deployment);
    if (deployment === undefined || current !== context.replicas) return undefined;
    const task = scaleInTask(plan.replicas, deployment, this.#podsOf(tickStorm), context.strategy);
    const state = await this.#options.scaleIn.proceed(tickStorm, task);
    outcome.notes.push(...(state?.notes ?? []));
    if (state === undefined || state.replicas >= current) return state;
    // Apart from every other change of the Deployment, which was made before: a rollout must not begin with it.
    const { keeper } = this.#options;
    const fewer = workload(tickStorm, { ...context, replicas: state.replicas }, deployment);
    await keeper.keep(tickStorm, [fewer], outcome);
    return state;
  }

  /** @returns milliseconds until the next attempt, where a quota holds pods back that it has room for by all we know */
  async #retryHeld(tickStorm: TickStorm, plan: Plan, outcome: Outcome): Promise<number | undefined> {
    const { quotaRetry } = this.#options;
    const deployment = this.#deploymentOf(tickStorm);
    if (deployment === undefined) return undefined;
    if (plan.hasRoom && isHeldByQuota(deployment)) return await outcome.guard(() => quotaRetry.retry(deployment));
    quotaRetry.relax(deployment.metadata.uid ?? '');
    return undefined;
  }

  #chooseTemplate(tickStorm: TickStorm, live: KubeObject, deployment: KubeObject | undefined): TemplateChoice {
    const { metadata, status } = tickStorm;
    const { podContext } = this.#options;
    return chooseTemplate({
      built: buildPodTemplate(tickStorm, podContext),
      operator: this.#options.operatorMark,
      source: templateSource(live),
      deployment,
      isUnchanged: status.observedGeneration === metadata.generation,
      rollBack: controlsOf(metadata).rollBack,
      isRefused: podTemplateProblems(tickStorm, podContext).length > 0,
      allowsHostLevel: podContext.allowsHostLevel,
    });
  }

  #deploymentOf(tickStorm: TickStorm): KubeObject | undefined {
    return this.#options.keeper.find(tickStorm, 'Deployment', objectNames(tickStorm.metadata.name).deployment);
  }

  #podsOf({ metadata }: TickStorm): KubeObject[] {
    return this.#options.pods.cache.byIndex('instance', objectKey(metadata.namespace, metadata.name));
  }

  #observe(
    tickStorm: TickStorm,
    plan: Plan,
    known: Pick<Observation, 'template' | 'credentials' | 'tls' | 'floor' | 'scaleIn' | 'pause'>,
    outcome: Outcome,
  ): Observation {
    const names = objectNames(tickStorm.metadata.name);
    const deployment = this.#deploymentOf(tickStorm);
    const shared = this.#options.shared(tickStorm.metadata.namespace);
    return {
      tickStorm: this.#withCurrentStatus(tickStorm),
      deployment,
      specSince: deployment && this.#options.generations.since(deployment),
      service: this.#options.keeper.find(tickStorm, 'Service', names.service),
      ...known,
      problems: [...shared.problems, ...outcome.problems],
      plan,
      pods: this.#podsOf(tickStorm),
      stats: this.#options.stats(objectKey(tickStorm.metadata.namespace, tickStorm.metadata.name)),
      missingKinds: outcome.missingKinds,
      foreignPod: shared.foreignPod,
      sharedHeldBy: shared.heldBy,
      isDrainGivenUp: this.#options.draining.isGivenUp(tickStorm),
    };
  }

  /** The status may have been written a moment ago: conditions keep the times that they were given then. */
  #withCurrentStatus(tickStorm: TickStorm): TickStorm {
    const { name, namespace } = tickStorm.metadata;
    const parsed = parseTickStorm(this.#options.tickStorms.cache.get(namespace, name));
    return parsed.ok ? { ...tickStorm, status: parsed.value.status } : tickStorm;
  }

  #next(tickStorm: TickStorm, own: readonly Problem[], isWaiting: boolean): ReconcileResult {
    throwFailures(own);
    if (own.some(({ reason }) => reason === 'WaitingForDeletion')) return { requeueAfterMs: LEAVING_RECHECK_MS };
    if (own.length > 0 || isWaiting) return { requeueAfterMs: PROBLEM_RECHECK_MS };
    // No watch tells when a Secret goes; a little later than what counts as fresh, lest it is taken for fresh again.
    return { requeueAfterMs: this.#options.pace.waitMs(tickStorm) + 1_000 };
  }
}
