import type { TickStorm } from '../api/v1alpha1/tick-storm.ts';
import { ownedMetadata } from '../builders/metadata.ts';
import type { AppliedObject } from '../builders/object.ts';
import type { ApiClient } from '../runtime/api-client.ts';
import { hasStatus } from '../runtime/api-error.ts';
import { LeavingError, ResourceConflictError } from '../runtime/applier.ts';
import { controllerOf, type KubeObject } from '../runtime/kube-object.ts';
import { FIELD_MANAGER } from './field-manager.ts';
import { SECRET } from './kinds.ts';
import { ownershipFor } from './ownership.ts';

export type SecretClient = Pick<ApiClient, 'get' | 'create' | 'apply'>;

/** Secrets whose contents the operator makes: once, and never again. */
export class GeneratedSecrets {
  readonly #client: SecretClient;

  constructor(client: SecretClient) {
    this.#client = client;
  }

  /** Finds the Secret, or makes it. @throws {ResourceConflictError | LeavingError} */
  async ensure(
    tickStorm: TickStorm,
    name: string,
    make: () => AppliedObject,
  ): Promise<{ readonly secret: KubeObject; readonly created: boolean }> {
    const live = await this.#client.get(SECRET, tickStorm.metadata.namespace, name);
    if (live === undefined) return { secret: await this.#create(tickStorm, name, make()), created: true };
    const ownership = ownershipFor(tickStorm)(live);
    if (ownership === 'leaving') throw new LeavingError(`Secret ${name} is being deleted`);
    if (ownership === 'foreign') throw new ResourceConflictError(`Secret ${name} exists and belongs to someone else`);
    await this.#takeBack(tickStorm, live);
    return { secret: live, created: false };
  }

  /** Refers a Secret that was kept or handed over to its TickStorm. Its contents stay as they are. */
  async #takeBack(tickStorm: TickStorm, live: KubeObject): Promise<void> {
    if (controllerOf(live) !== undefined) return;
    const { name, uid } = live.metadata;
    const metadata = { ...ownedMetadata(tickStorm, name), uid };
    const body = { apiVersion: SECRET.apiVersion, kind: SECRET.kind, metadata };
    const options = { fieldManager: FIELD_MANAGER, force: true };
    await this.#client.apply(SECRET, tickStorm.metadata.namespace, name, body, options);
  }

  async #create(tickStorm: TickStorm, name: string, secret: AppliedObject): Promise<KubeObject> {
    try {
      // Created, not applied: a Secret that has appeared meanwhile must keep its contents.
      return await this.#client.create(SECRET, tickStorm.metadata.namespace, secret, FIELD_MANAGER);
    } catch (error) {
      if (hasStatus(error, 409))
        throw new ResourceConflictError(`Secret ${name} was created just now`, { cause: error });
      throw error;
    }
  }
}
