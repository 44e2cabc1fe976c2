import type { TickStorm } from '../api/v1alpha1/tick-storm.ts';
import type { BuildContext } from '../builders/build-context.ts';
import { podTemplateProblems } from '../builders/pod-template.ts';
import type { KubeObject } from '../runtime/kube-object.ts';
import type { AdminTokens } from './admin-tokens.ts';
import type { Credentials, CredentialsState } from './credentials.ts';
import { bounds, podDependencies, rights, surroundings, workload } from './desired-objects.ts';
import { handScalingOf, takesOver } from './hand-scaling.ts';
import type { ObjectKeeper } from './object-keeper.ts';
import type { Outcome } from './outcome.ts';
import type { TemplateChoice } from './template-choice.ts';

export interface InstanceObjectsOptions {
  readonly keeper: ObjectKeeper;
  readonly credentials: Pick<Credentials, 'ensure'>;
  readonly adminTokens: Pick<AdminTokens, 'ensure'>;
}

/** What the objects are built from. */
export interface InstanceContext extends BuildContext {
  readonly pods: TemplateChoice;
  /** The Deployment that they follow from. */
  readonly deployment: KubeObject | undefined;
}

interface PodInputs {
  readonly credentials: CredentialsState | undefined;
  /** Which of them belongs to someone else, so that no pod may read it. */
  readonly foreign?: string;
}

export interface Ensured {
  readonly credentials: CredentialsState | undefined;
  /** Whether the Deployment is as declared, its pods aside that stay as they are: else it is left alone. */
  readonly isKept: boolean;
}

/**
 * The objects of one TickStorm but its autoscaler: what the pods need and what bounds them, then the pods, then what
 * stands around them. What the pods wait for is asked for at once, so that an API server that is slow to answer holds a
 * TickStorm up for half as many answers as it has objects.
 */
export class InstanceObjects {
  readonly #options: InstanceObjectsOptions;

  constructor(options: InstanceObjectsOptions) {
    this.#options = options;
  }

  /** Brings all of them to their declared state; failures go into the outcome, and keep no other object from it. */
  async ensure(tickStorm: TickStorm, context: InstanceContext, outcome: Outcome): Promise<Ensured> {
    const { keeper } = this.#options;
    const { role, binding } = rights(tickStorm);
    let inputs: PodInputs | undefined;
    await outcome.together([
      async (part) => {
        inputs = await this.#ensurePodInputs(tickStorm, part);
      },
      async (part) => await keeper.keep(tickStorm, [role, ...bounds(tickStorm, context)], part),
    ]);
    if (inputs?.foreign !== undefined) {
      outcome.add({
        reason: 'ResourceConflict',
        message: `Deployment ${tickStorm.metadata.name} is left as it is: ${inputs.foreign}`,
      });
    }
    const isUsable = inputs !== undefined && inputs.foreign === undefined;
    let isKept = false;
    await outcome.together([
      async (part) => await keeper.keep(tickStorm, [binding], part),
      async (part) => {
        isKept = isUsable && (await this.#ensureWorkload(tickStorm, context, part));
      },
    ]);
    // One after the other: the Deployment's controller takes it up meanwhile, and the status after this need not be
    // written twice.
    for (const one of surroundings(tickStorm, context)) await keeper.keep(tickStorm, [one], outcome);
    return { credentials: inputs?.credentials, isKept };
  }

  /** What the pods refer to: without these no pod is started. */
  async #ensurePodInputs(tickStorm: TickStorm, outcome: Outcome): Promise<PodInputs> {
    const { keeper, adminTokens } = this.#options;
    let credentials: CredentialsState | undefined;
    await outcome.together([
      async () => {
        credentials = await this.#options.credentials.ensure(tickStorm);
      },
      async (part) => await keeper.keep(tickStorm, podDependencies(tickStorm), part),
      async () => await adminTokens.ensure(tickStorm),
    ]);
    if (credentials?.reason === 'ResourceConflict') return { credentials, foreign: credentials.message };
    return { credentials, ...(outcome.hasConflict && { foreign: 'its pods would read what belongs to someone else' }) };
  }

  async #ensureWorkload(tickStorm: TickStorm, context: InstanceContext, outcome: Outcome): Promise<boolean> {
    const { keeper } = this.#options;
    const { deployment } = context;
    // A hand has set a number that is not the TickStorm's: the write failed, and an apply would put it back; or the hand
    // is gone, and what is seen of the Deployment is old.
    if (takesOver(tickStorm, handScalingOf(deployment))) return false;
    const refused = podTemplateProblems(tickStorm, context);
    const isScaled = context.pods.state === 'refused';
    if (refused.length > 0) {
      const consequence = isScaled
        ? 'until then the pods stay as they are, and their number follows'
        : 'until then the Deployment stays as it is, its number of pods included';
      const message = [...refused, ...(deployment === undefined ? [] : [consequence])].join('; ');
      outcome.add({ reason: 'InvalidPodTemplate', message });
      if (!isScaled) return false;
    }
    await keeper.keep(tickStorm, [workload(tickStorm, context, deployment)], outcome);
    return !outcome.isOvertaken;
  }
}
