import type { TickStormStatus } from '../api/v1alpha1/status.ts';
import type { ApiClient } from '../runtime/api-client.ts';
import { hasStatus, isUndeclaredField } from '../runtime/api-error.ts';
import type { Informer } from '../runtime/informer.ts';
import type { KubeObject } from '../runtime/kube-object.ts';
import { retryOnConflict } from '../runtime/retry-on-conflict.ts';
import { toConditions } from './conditions.ts';
import { STATUS_FIELD_MANAGER } from './field-manager.ts';
import { TICK_STORM } from './kinds.ts';
import type { Observation } from './observation.ts';
import { isSameStatus, statusOf } from './status.ts';

export interface StatusWriterOptions {
  readonly client: Pick<ApiClient, 'apply' | 'get'>;
  readonly tickStorms: Informer;
  readonly now: () => number;
}

/** How long a definition that lacks a field is taken for one that does: whoever keeps it may bring it up to date. */
const OLDER_DEFINITION_MS = 600_000;

type Identity = Pick<KubeObject['metadata'], 'namespace' | 'name' | 'uid'>;

/** Writes the status of TickStorms, and only when it says something new. */
export class StatusWriter {
  readonly #options: StatusWriterOptions;
  /** Until then (unix ms) the definition counts as that of 0.1.0, whose status has no `desiredReplicas`. */
  #olderUntilMs = 0;

  constructor(options: StatusWriterOptions) {
    this.#options = options;
  }

  /** Writes the status that an observation amounts to. @returns whether there was something to write */
  async write(observation: Observation): Promise<boolean> {
    const { metadata, status } = observation.tickStorm;
    const next = this.#fitting(statusOf(observation, this.#nowIso()));
    if (isSameStatus(status, next)) return false;
    await this.#apply(metadata, next);
    return true;
  }

  /** Says that the stored spec cannot be worked with. */
  async writeInvalid(live: KubeObject, problem: string): Promise<void> {
    const status = (live['status'] ?? {}) as TickStormStatus;
    const message = `the spec does not fit this version of the operator: ${problem}`;
    const reason = 'InvalidSpec';
    const findings = [
      { type: 'Ready', status: 'False', reason, message },
      { type: 'Stalled', status: 'True', reason, message },
    ] as const;
    const generation = live.metadata.generation ?? 0;
    const conditions = toConditions(findings, status.conditions ?? [], generation, this.#nowIso());
    const next: TickStormStatus = { ...status, observedGeneration: generation, conditions };
    if (isSameStatus(status, next)) return;
    await this.#apply(live.metadata, next);
  }

  #nowIso(): string {
    return new Date(this.#options.now()).toISOString().replace(/\.\d+Z$/, 'Z');
  }

  /** Without what the definition in the cluster, as far as is known, does not have. */
  #fitting(status: TickStormStatus): TickStormStatus {
    if (this.#options.now() >= this.#olderUntilMs) return status;
    const { desiredReplicas: _, ...fitting } = status;
    return fitting;
  }

  async #apply({ namespace = '', name, uid }: Identity, status: TickStormStatus): Promise<void> {
    const { client, tickStorms } = this.#options;
    await retryOnConflict(
      tickStorms.cache.get(namespace, name),
      async (live) => {
        // Deleted meanwhile, or made anew: that one is told what is true of it when it is looked at.
        if (live === undefined || live.metadata.uid !== uid) return;
        const written = await this.#writeFitting(live, status);
        if (written !== undefined) tickStorms.observe(written);
      },
      () => client.get(TICK_STORM, namespace, name),
    );
  }

  /** Writes what of the status the definition has. @returns undefined when the TickStorm has gone */
  async #writeFitting(live: KubeObject, status: TickStormStatus): Promise<KubeObject | undefined> {
    const fitting = this.#fitting(status);
    try {
      return await this.#write(live, fitting);
    } catch (error) {
      if (hasStatus(error, 404)) return undefined;
      if (!isUndeclaredField(error) || fitting.desiredReplicas === undefined) throw error;
      this.#olderUntilMs = this.#options.now() + OLDER_DEFINITION_MS;
      return await this.#writeFitting(live, status);
    }
  }

  async #write({ metadata }: KubeObject, status: TickStormStatus): Promise<KubeObject> {
    const { name, namespace = '', resourceVersion } = metadata;
    const { apiVersion, kind } = TICK_STORM;
    // The version has the API server refuse (409) another TickStorm of the name. It ignores the uid beside a status.
    const body = { apiVersion, kind, metadata: { name, namespace, resourceVersion }, status };
    const options = { fieldManager: STATUS_FIELD_MANAGER, force: true, subresource: 'status' } as const;
    return await this.#options.client.apply(TICK_STORM, namespace, name, body, options);
  }
}
