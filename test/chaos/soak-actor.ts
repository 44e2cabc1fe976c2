import { restrictedNamespace } from '../install/restricted-namespace.ts';
import { waitFor } from '../cluster/wait.ts';
import type { AdminClient } from './admin-client.ts';
import type { ControlPlane } from './control-plane.ts';
import type { LiveObject } from './end-state.ts';
import type { SoakAction, SoakChild, SoakSpec } from './soak-action.ts';
import { ownDifferences } from './soak-end.ts';
import { soakManifest } from './soak-manifest.ts';
import { SoakModel, type SoakTickStorm } from './soak-model.ts';
import { namespaceOf } from './soak-namespaces.ts';

export interface SoakActorOptions {
  readonly admin: Pick<AdminClient, 'apply' | 'mergePatch' | 'delete' | 'remove' | 'get'>;
  readonly controlPlane: Pick<ControlPlane, 'applyCrd'>;
  /** All TickStorms that actions may be about. */
  readonly names: readonly string[];
  /** What there is of the operator's, in all namespaces. */
  readonly look: () => Promise<readonly LiveObject[]>;
  /** Longest wait for what the operator has to do first, under faults and while there is none. */
  readonly patienceMs: number;
}

const CRD = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/tickstorms.tickstorm.io';
const NAMES: Readonly<Record<SoakChild, (name: string) => string>> = {
  configmaps: (name) => `api/v1/namespaces/NAMESPACE/configmaps/${name}-config`,
  services: (name) => `api/v1/namespaces/NAMESPACE/services/${name}-headless`,
  deployments: (name) => `apis/apps/v1/namespaces/NAMESPACE/deployments/${name}`,
  roles: (name) => `apis/rbac.authorization.k8s.io/v1/namespaces/NAMESPACE/roles/${name}-role`,
  poddisruptionbudgets: (name) => `apis/policy/v1/namespaces/NAMESPACE/poddisruptionbudgets/${name}-pdb`,
};
const EDITS: Readonly<Record<SoakChild, object>> = {
  configmaps: { data: { intruder: 'x' } },
  services: { spec: { ports: [{ name: 'intruder', port: 1 }] } },
  deployments: { spec: { minReadySeconds: 77 } },
  roles: { rules: [] },
  poddisruptionbudgets: { spec: { minAvailable: 5 } },
};

const childPath = (name: string, child: SoakChild): string =>
  `/${NAMES[child](name).replace('NAMESPACE', namespaceOf(name))}`;
const tickStormPath = (name: string): string =>
  `/apis/tickstorm.io/v1alpha1/namespaces/${namespaceOf(name)}/tickstorms/${name}`;

/** An object with the records of who has set which fields. */
interface Recorded {
  readonly metadata: {
    readonly managedFields?: readonly {
      readonly manager: string;
      readonly operation: string;
      readonly fieldsV1?: { readonly 'f:spec'?: Readonly<Record<string, unknown>> };
    }[];
  };
}

/** Whether the number of pods of this Deployment is not, or not any more, what the operator has applied. */
const isLeftToHand = (deployment: Recorded | undefined): boolean =>
  deployment?.metadata.managedFields?.some(
    ({ manager, operation, fieldsV1 }) =>
      manager === 'tickstorm-operator' && operation === 'Apply' && fieldsV1?.['f:spec']?.['f:replicas'] !== undefined,
  ) === false;

/**
 * Carries actions out: those about one TickStorm one after the other, so that their end is certain, and those about
 * different ones beside each other, since some wait for the operator.
 */
export class SoakActor {
  readonly #options: SoakActorOptions;
  /** What has been begun comes to. */
  readonly #model = new SoakModel();
  /** By name: the end of what has been begun about this TickStorm. */
  readonly #lanes = new Map<string, Promise<void>>();

  constructor(options: SoakActorOptions) {
    this.#options = options;
    for (const name of options.names) this.#lanes.set(name, Promise.resolve());
  }

  /** Begins an action, as soon as what it concerns has been done with. */
  begin(action: SoakAction): void {
    const present = new Map(this.#model.present);
    this.#model.perform(action);
    const { names } = this.#options;
    if (action.kind === 'delete-crd') this.#behind(names, () => this.#deleteCrd(present));
    else if (action.kind === 'delete-namespace') {
      const inside = names.filter((name) => namespaceOf(name) === action.namespace);
      this.#behind(inside, () => this.#deleteNamespace(action.namespace));
    } else this.#behind([action.name], () => this.#perform(action, present.get(action.name)));
  }

  /** Resolves when all has been done; rejects when something could not be. */
  async finished(): Promise<void> {
    await Promise.all(this.#lanes.values());
  }

  #behind(names: readonly string[], work: () => Promise<void>): void {
    const done = Promise.all(names.flatMap((name) => this.#lanes.get(name) ?? [])).then(work);
    // Whoever waits for all is told.
    done.catch(() => undefined);
    for (const name of names) this.#lanes.set(name, done);
  }

  async #perform(
    action: Exclude<SoakAction, { readonly kind: 'delete-crd' | 'delete-namespace' }>,
    before: SoakTickStorm | undefined,
  ): Promise<void> {
    const { admin } = this.#options;
    const { name } = action;
    if (action.kind === 'apply') await this.#apply(name, action.spec);
    else if (action.kind === 'delete') await this.#delete(name, before);
    else if (action.kind === 'scale') await this.#scale(name, action.replicas, before);
    else if (action.kind === 'pause') {
      const annotations = { 'tickstorm.io/paused': action.value ?? null };
      await admin.mergePatch(tickStormPath(name), { metadata: { annotations } });
    } else if (action.kind === 'drop') await admin.delete(childPath(name, action.child));
    else await admin.mergePatch(childPath(name, action.child), EDITS[action.child]);
  }

  async #apply(name: string, spec: SoakSpec): Promise<void> {
    await this.#options.admin.apply(tickStormPath(name), soakManifest(namespaceOf(name), name, spec));
  }

  /** Deletes a TickStorm, and waits until it has gone: an apply before that would reach the one that goes. */
  async #delete(name: string, before: SoakTickStorm | undefined): Promise<void> {
    if (before?.isOrphaning === true) await this.#settled(new Map([[name, before]]));
    const { admin, patienceMs } = this.#options;
    await admin.remove(tickStormPath(name), patienceMs);
  }

  /**
   * Sets the number by hand until the operator has dealt with it: the Deployment may be missing, or be made anew in
   * between. Until then what is declared next decides whether it is put back or taken over.
   */
  async #scale(name: string, replicas: number, before: SoakTickStorm | undefined): Promise<void> {
    const { admin, patienceMs: timeoutMs } = this.#options;
    const deployment = childPath(name, 'deployments');
    const set = async (): Promise<void> => await admin.mergePatch(`${deployment}/scale`, { spec: { replicas } });
    // With an autoscaler it is put back, so it is set once; contention may refuse that before.
    const isPutBack = before?.spec.isAutoscaled !== false;
    let isSet = false;
    const isDealtWith = async (): Promise<boolean> => {
      if (!isPutBack || !isSet) await set();
      isSet = true;
      if (isLeftToHand(await admin.get<Recorded>(deployment))) return false;
      if (isPutBack) return true;
      const tickStorm = await admin.get<{ readonly spec: { readonly replicas: number } }>(tickStormPath(name));
      return tickStorm?.spec.replicas === replicas;
    };
    await waitFor(isDealtWith, {
      what: `the operator to deal with the ${replicas} pods that were set on Deployment ${name}`,
      timeoutMs,
      intervalMs: 1_000,
    });
  }

  async #deleteNamespace(namespace: string): Promise<void> {
    const { admin, patienceMs } = this.#options;
    await admin.remove(`/api/v1/namespaces/${namespace}`, patienceMs);
    await admin.apply(`/api/v1/namespaces/${namespace}`, restrictedNamespace(namespace));
  }

  async #deleteCrd(present: ReadonlyMap<string, SoakTickStorm>): Promise<void> {
    const { admin, controlPlane, patienceMs: timeoutMs } = this.#options;
    await this.#settled(new Map([...present].filter(([, { isOrphaning }]) => isOrphaning)));
    await admin.remove(CRD, timeoutMs);
    // The API server may be killed meanwhile.
    const isBack = async (): Promise<boolean> => controlPlane.applyCrd().then(() => true);
    await waitFor(isBack, { what: 'the definition to be back', timeoutMs, intervalMs: 1_000 });
  }

  /** Waits until the operator has done all its work on these TickStorms. */
  async #settled(tickStorms: ReadonlyMap<string, SoakTickStorm>): Promise<void> {
    const { look, patienceMs: timeoutMs } = this.#options;
    const state = { present: tickStorms, orphaned: new Map<string, SoakTickStorm>() };
    let left: readonly string[] = [];
    const isSettled = async (): Promise<boolean> => {
      left = ownDifferences(state, namespaceOf, await look());
      return left.length === 0;
    };
    await waitFor(isSettled, { what: 'all to be settled', timeoutMs }).catch((error: unknown) => {
      throw new Error(`not settled before its deletion: ${left.join(', ')}`, { cause: error });
    });
  }
}
