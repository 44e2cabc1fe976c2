import { controlsOf } from '../api/v1alpha1/controls.ts';
import type { TickStorm } from '../api/v1alpha1/tick-storm.ts';
import { authSecretName } from '../builders/auth-secret.ts';
import { objectNames } from '../builders/names.ts';
import { buildPodTemplate, podTemplateProblems } from '../builders/pod-template.ts';
import {
  bounds,
  podDependencies,
  rights,
  scaler,
  surroundings,
  workload,
  type Desired,
} from '../controller/desired-objects.ts';
import { declarationFindings } from '../controller/conditions.ts';
import { floorOf } from '../controller/floor-of.ts';
import type { InstanceContext } from '../controller/instance-objects.ts';
import { OPTIONAL_KINDS, OWNED_KINDS, SECRET, type OptionalKind, type OwnedKind } from '../controller/kinds.ts';
import { ownershipFor } from '../controller/ownership.ts';
import { Planner } from '../controller/planner.ts';
import type { ConditionType } from '../controller/reasons.ts';
import { chooseTemplate } from '../controller/template-choice.ts';
import { templateSource } from '../controller/template-source.ts';
import type { ApiClient } from '../runtime/api-client.ts';
import { objectKey, type KubeObject } from '../runtime/kube-object.ts';
import { trusted } from '../runtime/trusted.ts';
import { pacedBudget } from '../scaling/paced-budget.ts';
import type { NamespaceSnapshot } from './namespace-snapshot.ts';
import { previewObject } from './object-preview.ts';
import type { PlanResult, Preview } from './preview.ts';

export interface PlannedTickStormOptions {
  readonly client: ApiClient;
  readonly snapshot: NamespaceSnapshot;
  /** Image of TickStorms that name none; undefined: what their pods run now. */
  readonly serverImage: string | undefined;
  /** Image of those that name none and have no pods yet. */
  readonly defaultImage: string;
  readonly operatorNamespace: string;
  /** Whether the operator lets overlays over the pods have host-level fields. */
  readonly allowsHostLevel: boolean;
  /** A pod of others in the namespace, for which it would get no quota or limit range unasked. */
  readonly foreignPod: string | undefined;
}

/** Conditions that are there or True only where something is to be known. */
const WARNS_WHEN_TRUE: ReadonlySet<ConditionType> = new Set([
  'LimitRangeConflict',
  'AddressesHidden',
  'SharedNamespace',
  'Paused',
]);

const isOptional = (kind: OwnedKind | OptionalKind): kind is OptionalKind => kind in OPTIONAL_KINDS;

/** What the operator would make of one TickStorm, were it stored as given. */
export class PlannedTickStorm {
  readonly #options: PlannedTickStormOptions;
  readonly #tickStorm: TickStorm;
  readonly #where: string;
  /** What is stored now names no image, so that its pods run the operator's default. */
  readonly #runsDefaultImage: boolean;
  /** Whether the spec is as it is stored. */
  readonly #isUnchanged: boolean;
  readonly #source: string;

  /** `next` is what `tickStorm` was read from. */
  constructor(
    tickStorm: TickStorm,
    { live, next }: { readonly live: KubeObject | undefined; readonly next: KubeObject },
    options: PlannedTickStormOptions,
  ) {
    this.#options = options;
    this.#tickStorm = tickStorm;
    this.#source = templateSource(next);
    this.#where = `TickStorm ${tickStorm.metadata.namespace}/${tickStorm.metadata.name}`;
    const spec = trusted<{ readonly image?: string } | undefined>(live?.['spec']);
    this.#isUnchanged = live?.metadata.generation === tickStorm.metadata.generation;
    this.#runsDefaultImage = live !== undefined && spec?.image === undefined;
  }

  async preview(): Promise<PlanResult> {
    const tickStorm = this.#tickStorm;
    const notes: string[] = [];
    if (controlsOf(tickStorm.metadata).paused.has('all')) {
      notes.push(`${this.#where} is paused: the operator would touch none of its objects`);
      return { previews: [], notes };
    }
    const { deployment: name, autoscaler } = objectNames(tickStorm.metadata.name);
    const deployment = await this.#find('Deployment', name);
    const context = this.#context(deployment, await this.#find('HorizontalPodAutoscaler', autoscaler), notes);
    const previews = [...(await this.#secrets()), ...(await this.#objects(context, notes))];
    const pods = previews.find(({ object }) => object === `Deployment ${tickStorm.metadata.namespace}/${name}`);
    if (pods?.fields?.some(({ path }) => path.startsWith('spec.template')) === true) {
      notes.push(`${this.#where}: its pods would be replaced (rollout ${context.strategy})`);
    }
    return { previews, notes };
  }

  /** The object as it is, if it is the TickStorm's. */
  async #find(kind: OwnedKind, name: string): Promise<KubeObject | undefined> {
    const found = await this.#options.client.get(OWNED_KINDS[kind], this.#tickStorm.metadata.namespace, name);
    return found !== undefined && ownershipFor(this.#tickStorm)(found) === 'ours' ? found : undefined;
  }

  /** What the builders need; conditions that would warn become notes. */
  #context(deployment: KubeObject | undefined, autoscaler: KubeObject | undefined, notes: string[]): InstanceContext {
    const { snapshot, operatorNamespace, allowsHostLevel, foreignPod } = this.#options;
    const podContext = { serverImage: this.#serverImage(deployment, notes), allowsHostLevel };
    const planner = new Planner({
      tickStorms: snapshot.tickStorms,
      quotas: snapshot.shared.ResourceQuota,
      limitRanges: snapshot.shared.LimitRange,
      pods: snapshot.pods,
      budgets: snapshot.budgets,
      nodes: () => snapshot.nodes,
      podContext,
      now: Date.now,
    });
    const plan = planner.plan(this.#tickStorm, deployment);
    for (const finding of declarationFindings({ tickStorm: this.#tickStorm, plan, foreignPod })) {
      const { type, status, message } = finding;
      const isWarning = status === 'Unknown' || (status === 'True') === WARNS_WHEN_TRUE.has(type);
      if (isWarning) notes.push(`${this.#where}: ${type} would be ${status}: ${message}`);
    }
    const { replicas, strategy, minReadySeconds, mostReplicas } = plan;
    const { namespace, name } = this.#tickStorm.metadata;
    const livePods = snapshot.pods.cache.byIndex('instance', objectKey(namespace, name));
    const budget = pacedBudget(this.#tickStorm, { replicas, pods: livePods, nowMs: Date.now() });
    // The clients are not counted here: what they need is as it was.
    const floor = floorOf(this.#tickStorm, { plan, autoscaler, load: undefined, nowMs: Date.now() });
    notes.push(...(floor?.problems ?? []).map((problem) => `${this.#where}: ${problem}`));
    const pods = chooseTemplate({
      built: buildPodTemplate(this.#tickStorm, podContext),
      // Not the operator's: what differs although the spec is the same, that one holds back.
      operator: 'plan',
      source: this.#source,
      deployment,
      isUnchanged: this.#isUnchanged,
      rollBack: controlsOf(this.#tickStorm.metadata).rollBack,
      isRefused: podTemplateProblems(this.#tickStorm, podContext).length > 0,
      allowsHostLevel,
    });
    return {
      ...podContext,
      operatorNamespace,
      replicas,
      strategy,
      minReadySeconds,
      minAvailable: budget?.minAvailable,
      mostReplicas,
      fewestReplicas: floor?.replicas,
      podsForClients: floor?.connected,
      pods,
    };
  }

  #serverImage(deployment: KubeObject | undefined, notes: string[]): string {
    const { serverImage, defaultImage } = this.#options;
    if (serverImage !== undefined || this.#tickStorm.spec.image !== undefined) return serverImage ?? defaultImage;
    interface Pods {
      readonly template?: { readonly spec?: { readonly containers?: readonly { readonly image?: string }[] } };
    }
    const running = trusted<Pods | undefined>(deployment?.['spec'])?.template?.spec?.containers?.[0]?.image;
    if (this.#runsDefaultImage && running !== undefined) return running;
    notes.push(
      `${this.#where} names no image: ${defaultImage} stands for the operator's default, unless SERVER_IMAGE is set`,
    );
    return defaultImage;
  }

  /** Generated once and never changed, so that only their being there is looked at. */
  async #secrets(): Promise<Preview[]> {
    const { namespace, name } = this.#tickStorm.metadata;
    const { adminSecret } = objectNames(name);
    const isGiven = this.#tickStorm.spec.auth.secretRef !== undefined;
    const previews: Preview[] = [];
    for (const secret of isGiven ? [adminSecret] : [authSecretName(this.#tickStorm), adminSecret]) {
      const live = await this.#options.client.get(SECRET, namespace, secret);
      const isForeign = live !== undefined && ownershipFor(this.#tickStorm)(live) === 'foreign';
      const object = `Secret ${namespace}/${secret}`;
      if (live === undefined) previews.push({ object, change: 'created', detail: 'its contents are generated' });
      else if (!isForeign) previews.push({ object, change: 'none' });
      else
        previews.push({ object, change: 'blocked', detail: 'exists and belongs to someone else (ResourceConflict)' });
    }
    return previews;
  }

  async #objects(context: InstanceContext, notes: string[]): Promise<Preview[]> {
    const tickStorm = this.#tickStorm;
    const { namespace } = tickStorm.metadata;
    const refused = podTemplateProblems(tickStorm, context);
    const isScaled = context.pods.state === 'refused';
    const deployment = workload(tickStorm, context);
    const { role, binding } = rights(tickStorm);
    const desired = [
      ...podDependencies(tickStorm),
      role,
      binding,
      ...bounds(tickStorm, context),
      ...surroundings(tickStorm, context),
      ...(refused.length === 0 || isScaled ? [deployment] : []),
      scaler(tickStorm, context),
    ];
    const previews: Preview[] = [];
    for (const wanted of desired) {
      const preview = await this.#object(wanted, notes);
      if (preview !== undefined) previews.push(preview);
    }
    if (isScaled) notes.push(`${this.#where}: its pods would stay as they are: ${refused.join('; ')}`);
    if (refused.length === 0 || isScaled) return previews;
    const object = `${deployment.kind} ${namespace}/${deployment.name}`;
    return [...previews, { object, change: 'blocked', detail: refused.join('; ') }];
  }

  async #object({ kind, name, intent }: Desired, notes: string[]): Promise<Preview | undefined> {
    const { client } = this.#options;
    const { namespace } = this.#tickStorm.metadata;
    const type = isOptional(kind) ? OPTIONAL_KINDS[kind] : OWNED_KINDS[kind];
    if (isOptional(kind) && !(await client.serves(type))) {
      if (intent !== undefined) notes.push(`${this.#where}: kind ${kind} is not installed: ${name} would not be made`);
      return undefined;
    }
    return await previewObject(client, { type, namespace, name, intent, ownership: ownershipFor(this.#tickStorm) });
  }
}
