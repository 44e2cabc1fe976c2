import { controlsOf } from '../api/v1alpha1/controls.ts';
import type { TickStorm } from '../api/v1alpha1/tick-storm.ts';
import { objectNames } from '../builders/names.ts';
import { buildPodTemplate, podTemplateProblems } from '../builders/pod-template.ts';
import { buildService } from '../builders/service.ts';
import { foreseenCredentials } from '../controller/credentials.ts';
import { surroundings } from '../controller/desired-objects.ts';
import type { DesiredShared } from '../controller/desired-shared.ts';
import { floorOf } from '../controller/floor-of.ts';
import type { InstanceContext } from '../controller/instance-objects.ts';
import { OWNED_KINDS, type OwnedKind } from '../controller/kinds.ts';
import { ownershipFor } from '../controller/ownership.ts';
import { pauseOf } from '../controller/pause.ts';
import type { Plan } from '../controller/plan.ts';
import { Planner } from '../controller/planner.ts';
import { chooseTemplate, type TemplateChoice } from '../controller/template-choice.ts';
import { templateSource } from '../controller/template-source.ts';
import { foreseenCertificate } from '../controller/tls-secrets.ts';
import type { ApiClient } from '../runtime/api-client.ts';
import { objectKey, type KubeObject } from '../runtime/kube-object.ts';
import { trusted } from '../runtime/trusted.ts';
import type { AutoscalerFloor } from '../scaling/autoscaler-floor.ts';
import { pacedBudget } from '../scaling/paced-budget.ts';
import type { NamespaceSnapshot } from './namespace-snapshot.ts';
import type { OperatorSettings } from './operator-settings.ts';
import { plannedConditions, servesSome, type PlannedConditionsQuestion } from './planned-conditions.ts';
import { PlannedObjects } from './planned-objects.ts';
import type { PlanResult, Preview } from './preview.ts';
import { SecretReader } from './secret-reader.ts';

export interface PlannedTickStormOptions {
  readonly client: ApiClient;
  readonly secrets: SecretReader;
  readonly snapshot: NamespaceSnapshot;
  readonly settings: OperatorSettings;
  /** Image of those that name none and have no pods yet, where the operator's is not known. */
  readonly defaultImage: string;
  /** What the namespace would share. */
  readonly shared: Pick<DesiredShared, 'foreignPod' | 'heldBy'>;
  readonly sharedPreviews: readonly Preview[];
}

/** What all that would be made follows from. */
interface Basis {
  readonly context: InstanceContext;
  readonly plan: Plan;
  readonly floor: AutoscalerFloor | undefined;
  readonly template: TemplateChoice;
  readonly deployment: KubeObject | undefined;
}

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
    const { deployment: name, autoscaler } = objectNames(tickStorm.metadata.name);
    const deployment = await this.#find('Deployment', name);
    const notes: string[] = [];
    const basis = this.#basis(deployment, await this.#find('HorizontalPodAutoscaler', autoscaler), notes);
    const { context, plan, template } = basis;
    const objects = new PlannedObjects(tickStorm, this.#options);
    const { missingKinds } = objects;
    if (controlsOf(tickStorm.metadata).paused.has('all')) {
      notes.push(`${this.#where} is paused: the operator would touch none of its objects`);
      await objects.lookForKinds(surroundings(tickStorm, context));
      const pause = pauseOf(tickStorm, { deployment, plan, template });
      const nothing = { found: undefined };
      const known = { credentials: nothing, tls: nothing, missingKinds, problems: [], pause };
      const conditions = await this.#conditions({ ...basis, floor: undefined }, known);
      return { previews: [], notes: [...notes, ...conditions] };
    }
    const tried = await objects.preview(context);
    const { previews } = tried;
    notes.push(...tried.notes);
    const pods = previews.find(({ object }) => object === `Deployment ${tickStorm.metadata.namespace}/${name}`);
    if (pods?.fields?.some(({ path }) => path.startsWith('spec.template')) === true) {
      notes.push(`${this.#where}: its pods would be replaced (rollout ${context.strategy})`);
    }
    const problems = [...this.#options.sharedPreviews, ...previews].flatMap(({ object, problem, detail }) =>
      problem === undefined ? [] : [{ reason: problem, message: `${object}: ${detail}` }],
    );
    const { secrets } = this.#options;
    const credentials = await SecretReader.attempt(foreseenCredentials(secrets, tickStorm));
    const tls = await SecretReader.attempt(foreseenCertificate(secrets, tickStorm));
    const conditions = await this.#conditions(basis, { credentials, tls, missingKinds, problems });
    return { previews, notes: [...notes, ...conditions] };
  }

  /** What the conditions would say. */
  async #conditions(
    basis: Basis,
    known: Pick<PlannedConditionsQuestion, 'credentials' | 'tls' | 'missingKinds' | 'problems' | 'pause'>,
  ): Promise<string[]> {
    const { snapshot, settings, shared } = this.#options;
    const [sharedHeldBy] = shared.heldBy.values();
    return plannedConditions({
      ...basis,
      ...known,
      where: this.#where,
      tickStorm: this.#tickStorm,
      settings,
      foreignPod: shared.foreignPod,
      sharedHeldBy,
      seesNodes: snapshot.nodes !== undefined,
      service: await this.#service(),
    });
  }

  /** What clients connect to, as far as it is known: what a load balancer will give is not. */
  async #service(): Promise<KubeObject | undefined> {
    const { service } = objectNames(this.#tickStorm.metadata.name);
    const isBalanced = this.#tickStorm.spec.service.type === 'LoadBalancer';
    return isBalanced ? await this.#find('Service', service) : buildService(this.#tickStorm);
  }

  /** The object as it is, if it is the TickStorm's. */
  async #find(kind: OwnedKind, name: string): Promise<KubeObject | undefined> {
    const found = await this.#options.client.get(OWNED_KINDS[kind], this.#tickStorm.metadata.namespace, name);
    return found !== undefined && ownershipFor(this.#tickStorm)(found) === 'ours' ? found : undefined;
  }

  /** What all else follows from. */
  #basis(deployment: KubeObject | undefined, autoscaler: KubeObject | undefined, notes: string[]): Basis {
    const { snapshot, settings } = this.#options;
    const allowsHostLevel = settings.allowsHostLevel === true;
    const podContext = { serverImage: this.#serverImage(deployment, notes), allowsHostLevel };
    const planner = new Planner({
      tickStorms: snapshot.tickStorms,
      quotas: snapshot.shared.ResourceQuota,
      limitRanges: snapshot.shared.LimitRange,
      pods: snapshot.pods,
      deployments: snapshot.deployments,
      budgets: snapshot.budgets,
      // As the operator sees them.
      nodes: () => (servesSome(settings) ? undefined : snapshot.nodes),
      podContext,
      now: Date.now,
    });
    const template = chooseTemplate({
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
    const plan = planner.plan(this.#tickStorm, deployment, template);
    const { namespace, name } = this.#tickStorm.metadata;
    const pods = snapshot.pods.cache.byIndex('instance', objectKey(namespace, name));
    const budget = pacedBudget(this.#tickStorm, { replicas: plan.replicas, pods, nowMs: Date.now() });
    // The clients are not counted here: what they need is as it was.
    const floor = floorOf(this.#tickStorm, { plan, autoscaler, load: undefined, nowMs: Date.now() });
    const context = {
      ...podContext,
      operatorNamespace: settings.namespace,
      replicas: plan.replicas,
      strategy: plan.strategy,
      minReadySeconds: plan.minReadySeconds,
      minAvailable: budget?.minAvailable,
      mostReplicas: plan.mostReplicas,
      fewestReplicas: floor?.replicas,
      podsForClients: floor?.connected,
      pods: template,
      deployment,
    };
    return { context, plan, floor, template, deployment };
  }

  #serverImage(deployment: KubeObject | undefined, notes: string[]): string {
    const { settings, defaultImage } = this.#options;
    const { serverImage } = settings;
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
}
