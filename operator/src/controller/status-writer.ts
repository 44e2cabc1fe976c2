import type { TickStormStatus } from '../api/v1alpha1/status.ts';
import type { ApiClient } from '../runtime/api-client.ts';
import { hasStatus } from '../runtime/api-error.ts';
import type { Informer } from '../runtime/informer.ts';
import type { KubeObject } from '../runtime/kube-object.ts';
import { toConditions } from './conditions.ts';
import { STATUS_FIELD_MANAGER } from './field-manager.ts';
import { TICK_STORM } from './kinds.ts';
import type { Observation } from './observation.ts';
import { isSameStatus, statusOf } from './status.ts';

export interface StatusWriterOptions {
  readonly client: Pick<ApiClient, 'apply'>;
  readonly tickStorms: Informer;
  readonly now: () => number;
}

/** Writes the status of TickStorms, and only when it says something new. */
export class StatusWriter {
  readonly #options: StatusWriterOptions;

  constructor(options: StatusWriterOptions) {
    this.#options = options;
  }

  /** Writes the status that an observation amounts to. @returns whether there was something to write */
  async write(observation: Observation): Promise<boolean> {
    const { metadata, status } = observation.tickStorm;
    const next = statusOf(observation, this.#nowIso());
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

  async #apply(
    { namespace = '', name, uid }: Pick<KubeObject['metadata'], 'namespace' | 'name' | 'uid'>,
    status: TickStormStatus,
  ): Promise<void> {
    const { apiVersion, kind } = TICK_STORM;
    // The API server ignores the uid beside the status of a custom resource: one made anew meanwhile is told what was true
    // of the former one. The answer has its uid, so that it is looked at anew at once, and told what is true of it.
    const body = { apiVersion, kind, metadata: { name, namespace, uid }, status };
    try {
      const written = await this.#options.client.apply(TICK_STORM, namespace, name, body, {
        fieldManager: STATUS_FIELD_MANAGER,
        force: true,
        subresource: 'status',
      });
      this.#options.tickStorms.observe(written);
    } catch (error) {
      // Deleted meanwhile: there is nothing to say any more.
      if (!hasStatus(error, 404)) throw error;
    }
  }
}
