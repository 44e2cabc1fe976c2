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
import { Succession } from './succession.ts';

export type SecretClient = Pick<ApiClient, 'get' | 'create' | 'apply' | 'mergePatch'>;

/** Secrets whose contents the operator makes: once, and never again. */
export class GeneratedSecrets {
  readonly #client: SecretClient;
  readonly #succession: Succession;

  /** @param now milliseconds of a clock that never goes back */
  constructor(client: SecretClient, now: () => number) {
    this.#client = client;
    this.#succession = new Succession({ client, now });
  }

  /** Finds the Secret, or makes it. @throws {ResourceConflictError | LeavingError} */
  async ensure(
    tickStorm: TickStorm,
    name: string,
    make: () => AppliedObject,
  ): Promise<{ readonly secret: KubeObject; readonly created: boolean }> {
    const { namespace } = tickStorm.metadata;
    // A TickStorm that nobody has seen yet has no Secret as a rule: trying saves a look.
    const isNew = tickStorm.status.observedGeneration === undefined;
    const first = isNew ? await this.#create(namespace, make()) : undefined;
    if (first !== undefined) return { secret: first, created: true };
    const live = await this.#client.get(SECRET, namespace, name);
    if (live === undefined) {
      const secret = await this.#create(namespace, make());
      if (secret === undefined) throw new ResourceConflictError(`Secret ${name} was created just now`);
      return { secret, created: true };
    }
    const ownership = ownershipFor(tickStorm)(live);
    if (ownership === 'leaving') {
      if (!(await this.#succession.mayTake(tickStorm, live))) throw new LeavingError(`Secret ${name} is being deleted`);
      return { secret: await this.#inherit(tickStorm, live), created: false };
    }
    if (ownership === 'foreign') throw new ResourceConflictError(`Secret ${name} exists and belongs to someone else`);
    if (tickStorm.spec.deletionPolicy === 'Orphan') await this.#letGo(tickStorm, live);
    else await this.#takeBack(tickStorm, live);
    return { secret: live, created: false };
  }

  /** Takes the reference to the TickStorm away, so that the Secret outlives it. */
  async #letGo(tickStorm: TickStorm, live: KubeObject): Promise<void> {
    const { name, ownerReferences = [], resourceVersion } = live.metadata;
    const others = ownerReferences.filter(({ uid }) => uid !== tickStorm.metadata.uid);
    if (others.length === ownerReferences.length) return;
    // A patch, because the reference is of the Secret's creation, which an apply would not undo.
    const body = { metadata: { resourceVersion, ownerReferences: others } };
    await this.#client.mergePatch(SECRET, tickStorm.metadata.namespace, name, body, { fieldManager: FIELD_MANAGER });
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

  /** Makes the Secret of a former TickStorm of this name the present one's; its contents stay as they are. */
  async #inherit(tickStorm: TickStorm, live: KubeObject): Promise<KubeObject> {
    const { name, uid, resourceVersion } = live.metadata;
    const { ownerReferences = [] } = ownedMetadata(tickStorm, name);
    const body = { metadata: { uid, resourceVersion, ownerReferences } };
    const options = { fieldManager: FIELD_MANAGER };
    return await this.#client.mergePatch(SECRET, tickStorm.metadata.namespace, name, body, options);
  }

  /** @returns undefined when there is one of this name */
  async #create(namespace: string, secret: AppliedObject): Promise<KubeObject | undefined> {
    try {
      // Created, not applied: a Secret that has appeared meanwhile must keep its contents.
      return await this.#client.create(SECRET, namespace, secret, FIELD_MANAGER);
    } catch (error) {
      if (hasStatus(error, 409)) return undefined;
      throw error;
    }
  }
}
