import type { TickStorm } from '../api/v1alpha1/tick-storm.ts';
import { podTemplateProblems } from '../builders/pod-template.ts';
import {
  bounds,
  podDependencies,
  rights,
  scaler,
  surroundings,
  workload,
  type Desired,
} from '../controller/desired-objects.ts';
import type { InstanceContext } from '../controller/instance-objects.ts';
import { OPTIONAL_KINDS, OWNED_KINDS, type OptionalKind, type OwnedKind } from '../controller/kinds.ts';
import { ownershipFor } from '../controller/ownership.ts';
import type { ApiClient } from '../runtime/api-client.ts';
import { previewObject } from './object-preview.ts';
import type { PlanResult, Preview } from './preview.ts';
import { secretPreviews } from './secret-previews.ts';
import type { SecretReader } from './secret-reader.ts';

const isOptional = (kind: OwnedKind | OptionalKind): kind is OptionalKind => kind in OPTIONAL_KINDS;

export interface PlannedObjectsOptions {
  readonly client: Pick<ApiClient, 'get' | 'apply' | 'serves'>;
  readonly secrets: SecretReader;
}

/** What would become of the objects of one TickStorm. */
export class PlannedObjects {
  readonly #options: PlannedObjectsOptions;
  readonly #tickStorm: TickStorm;
  readonly #where: string;
  /** Kinds that were found to be wanted and not installed. */
  readonly missingKinds = new Set<OptionalKind>();

  constructor(tickStorm: TickStorm, options: PlannedObjectsOptions) {
    this.#options = options;
    this.#tickStorm = tickStorm;
    this.#where = `TickStorm ${tickStorm.metadata.namespace}/${tickStorm.metadata.name}`;
  }

  /** Tries everything out. */
  async preview(context: InstanceContext): Promise<PlanResult> {
    const tickStorm = this.#tickStorm;
    const notes: string[] = [];
    const { role, binding } = rights(tickStorm);
    const dependencies = [
      ...(await secretPreviews(this.#options.secrets, tickStorm)),
      ...(await this.#objects(podDependencies(tickStorm), notes)),
    ];
    const around = [role, binding, ...bounds(tickStorm, context), ...surroundings(tickStorm, context)];
    const others = await this.#objects(around, notes);
    const pods = await this.#workload(context, dependencies, notes);
    const scaling = await this.#objects([scaler(tickStorm, context)], notes);
    return { previews: [...dependencies, ...others, ...pods, ...scaling], notes };
  }

  /** Looks only which kinds are not installed. */
  async lookForKinds(desired: readonly Desired[]): Promise<ReadonlySet<OptionalKind>> {
    const missing = new Set<OptionalKind>();
    for (const { kind, intent } of desired) {
      if (!isOptional(kind) || (await this.#options.client.serves(OPTIONAL_KINDS[kind]))) continue;
      missing.add(kind);
      if (intent !== undefined) this.missingKinds.add(kind);
    }
    return missing;
  }

  /** The Deployment, which the operator leaves as it is where its pods would not be as declared. */
  async #workload(context: InstanceContext, dependencies: readonly Preview[], notes: string[]): Promise<Preview[]> {
    const tickStorm = this.#tickStorm;
    const deployment = workload(tickStorm, context, context.deployment);
    const object = `${deployment.kind} ${tickStorm.metadata.namespace}/${deployment.name}`;
    const taken = dependencies.find(({ problem }) => problem === 'ResourceConflict');
    if (taken !== undefined) {
      const detail = `is left as it is: its pods would read ${taken.object}, which belongs to someone else`;
      return [{ object, change: 'blocked', detail, problem: 'ResourceConflict' }];
    }
    const refused = podTemplateProblems(tickStorm, context);
    if (refused.length === 0) return await this.#objects([deployment], notes);
    const why = { detail: refused.join('; '), problem: 'InvalidPodTemplate' as const };
    if (context.pods.state !== 'refused') return [{ object, change: 'blocked', ...why }];
    // It is scaled, with the pods that it has.
    notes.push(`${this.#where}: its pods would stay as they are: ${why.detail}`);
    return (await this.#objects([deployment], notes)).map((preview) => ({ ...preview, ...why }));
  }

  async #objects(desired: readonly Desired[], notes: string[]): Promise<Preview[]> {
    const missing = await this.lookForKinds(desired);
    const { namespace } = this.#tickStorm.metadata;
    const previews: Preview[] = [];
    for (const { kind, name, intent } of desired) {
      if (isOptional(kind) && missing.has(kind)) {
        if (intent !== undefined)
          notes.push(`${this.#where}: kind ${kind} is not installed: ${name} would not be made`);
        continue;
      }
      const type = isOptional(kind) ? OPTIONAL_KINDS[kind] : OWNED_KINDS[kind];
      const question = { type, namespace, name, intent, ownership: ownershipFor(this.#tickStorm) };
      const preview = await previewObject(this.#options.client, question);
      if (preview !== undefined) previews.push(preview);
    }
    return previews;
  }
}
