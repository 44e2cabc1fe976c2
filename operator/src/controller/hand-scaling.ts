import { isDeepStrictEqual } from 'node:util';
import { controlsOf } from '../api/v1alpha1/controls.ts';
import type { TickStorm } from '../api/v1alpha1/tick-storm.ts';
import type { ApiClient } from '../runtime/api-client.ts';
import type { Informer } from '../runtime/informer.ts';
import type { KubeObject, ManagedFieldsEntry } from '../runtime/kube-object.ts';
import { appliedFields } from '../runtime/managed-fields.ts';
import { retryOnConflict } from '../runtime/retry-on-conflict.ts';
import { trusted } from '../runtime/trusted.ts';
import { FIELD_MANAGER } from './field-manager.ts';
import { OWNED_KINDS, TICK_STORM } from './kinds.ts';

/** A number of pods that someone has set on the Deployment, past the TickStorm. */
export interface HandScaling {
  readonly replicas: number;
  readonly manager: string;
}

/** A TickStorm was deleted, and another one has its name. */
class MadeAnewError extends Error {
  override readonly name = 'MadeAnewError';
}

/** Most replicas that the TickStorm's schema takes. */
const MOST_REPLICAS = 1_000;

function ownsReplicas(entry: ManagedFieldsEntry | undefined): boolean {
  const fields = trusted<{ readonly 'f:spec'?: Readonly<Record<string, unknown>> } | undefined>(entry?.fieldsV1);
  return fields?.['f:spec']?.['f:replicas'] !== undefined;
}

/**
 * Whether a hand was on the Deployment's scale: somebody else owns `spec.replicas` and our last apply does not own it
 * any more. Numbers are not compared: after a change of the TickStorm they differ without any hand.
 */
export function handScalingOf(deployment: KubeObject | undefined): HandScaling | undefined {
  if (deployment === undefined) return undefined;
  const own = appliedFields(deployment, FIELD_MANAGER);
  if (own === undefined || ownsReplicas(own)) return undefined;
  const hand = deployment.metadata.managedFields?.find((entry) => entry !== own && ownsReplicas(entry));
  const { replicas } = trusted<{ readonly replicas?: number }>(deployment['spec']);
  return hand === undefined || replicas === undefined
    ? undefined
    : { replicas, manager: hand.manager ?? 'an unnamed manager' };
}

/** Whether the TickStorm takes this number over: with autoscaling on the autoscaler would undo it. */
export function takesOver(tickStorm: TickStorm, hand: HandScaling | undefined): hand is HandScaling {
  return (
    hand !== undefined &&
    tickStorm.spec.autoscaling.mode === 'Disabled' &&
    !controlsOf(tickStorm.metadata).isHibernating &&
    hand.replicas !== tickStorm.spec.replicas &&
    hand.replicas <= MOST_REPLICAS
  );
}

/** Writes the number of pods of TickStorms, by their scale subresource alone. */
export class ScaleWriter {
  readonly #client: Pick<ApiClient, 'mergePatch' | 'get'>;
  readonly #tickStorms: Informer;

  constructor(client: Pick<ApiClient, 'mergePatch' | 'get'>, tickStorms: Informer) {
    this.#client = client;
    this.#tickStorms = tickStorms;
  }

  /**
   * Makes the number of a hand, as it was seen on the Deployment, the one that the TickStorm wants.
   * @returns the TickStorm with that number; undefined where the hand is not there any more, which the watch will tell
   * @throws {MadeAnewError} there is another TickStorm of its name by now, which has a number of its own
   */
  async takeOver(tickStorm: TickStorm, deployment: KubeObject, hand: HandScaling): Promise<TickStorm | undefined> {
    const { name, namespace, uid } = tickStorm.metadata;
    const { replicas } = hand;
    const isWritten = await retryOnConflict(
      this.#tickStorms.cache.get(namespace, name),
      async (live) => {
        if (live?.metadata.uid !== uid) throw new MadeAnewError(`TickStorm ${namespace}/${name} is another one by now`);
        // The cache may be behind, and the former leader have dealt with the hand. Looked at after the version that the
        // write is for: what is declared once it has been dealt with makes another version.
        const stands = await this.#stands(deployment, hand);
        if (stands) await this.#scale(live, replicas);
        return stands;
      },
      () => this.#client.get(TICK_STORM, namespace, name),
    );
    if (!isWritten) return undefined;
    // The answer is a Scale. The cache must not fall back to the old number until the watch tells the new one.
    const written = await this.#client.get(TICK_STORM, namespace, name);
    if (written !== undefined) this.#tickStorms.observe(written);
    return { ...tickStorm, spec: { ...tickStorm.spec, replicas } };
  }

  async #stands({ metadata }: KubeObject, hand: HandScaling): Promise<boolean> {
    const { name, namespace = '', uid } = metadata;
    const live = await this.#client.get(OWNED_KINDS.Deployment, namespace, name);
    return live?.metadata.uid === uid && isDeepStrictEqual(handScalingOf(live), hand);
  }

  async #scale({ metadata }: KubeObject, replicas: number): Promise<void> {
    const { name, namespace = '', resourceVersion } = metadata;
    // The version has the API server refuse (409) to scale another object than this. It ignores the uid of a Scale.
    const body = { metadata: { resourceVersion }, spec: { replicas } };
    const options = { fieldManager: FIELD_MANAGER, subresource: 'scale' } as const;
    await this.#client.mergePatch(TICK_STORM, namespace, name, body, options);
  }
}
