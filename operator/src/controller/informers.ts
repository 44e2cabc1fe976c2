import { MANAGED_BY } from '../builders/labels.ts';
import { byNamespace } from '../runtime/indexes.ts';
import { Informer, type InformerOptions } from '../runtime/informer.ts';
import { withoutManagedFields } from '../runtime/managed-fields.ts';
import { OptionalInformer } from '../runtime/optional-informer.ts';
import type { ObjectChange } from '../runtime/reflector.ts';
import type { ResourceType } from '../runtime/resource-type.ts';
import { SharedParts } from '../runtime/shared-parts.ts';
import { trusted } from '../runtime/trusted.ts';
import { byNamespaceIfForeign } from './foreign-budgets.ts';
import {
  NODE,
  OPTIONAL_KINDS,
  OWNED_KINDS,
  POD,
  SHARED_KINDS,
  TICK_STORM,
  type OptionalKind,
  type OwnedKind,
  type SharedKind,
} from './kinds.ts';
import type { OperatorOptions } from './operator-options.ts';
import { showsEdit, showsOthers } from './overtaken-changes.ts';
import { ownerKeys } from './ownership.ts';
import { podEssentials } from './pod-essentials.ts';

const MANAGED_SELECTOR = `app.kubernetes.io/managed-by=${MANAGED_BY}`;

type OnChange = (change: ObjectChange) => void;

export interface InformersOptions extends Pick<OperatorOptions, 'client' | 'namespaces' | 'logger' | 'discoveryMs'> {
  readonly onTickStorm: OnChange;
  /** Of what a TickStorm owns. */
  readonly onOwned: OnChange;
  readonly onPod: OnChange;
  /** Of budgets, whoever made them. */
  readonly onBudget: OnChange;
  readonly onNode: OnChange;
  /** Of quotas and limit ranges. */
  readonly onShared: OnChange;
  /** A kind has been installed. */
  readonly onAvailable: () => void;
}

/** Everything that the operator watches. */
export class Informers {
  readonly #options: InformersOptions;
  /** With an index `namespace`. */
  readonly tickStorms: Informer;
  /** These and the pods with an index `instance`. */
  readonly owned: Readonly<Record<OwnedKind, Informer>>;
  /** Each with an index `namespace`. */
  readonly shared: Readonly<Record<SharedKind, Informer>>;
  readonly optional: Readonly<Record<OptionalKind, OptionalInformer>>;
  readonly pods: Informer;
  /** Undefined with the rights of some namespaces. Nothing waits for it: without it only zones are not counted. */
  readonly nodes: Informer | undefined;

  constructor(options: InformersOptions) {
    this.#options = options;
    const { namespaces, onTickStorm, onOwned, onPod, onShared } = options;
    this.tickStorms = this.#everyones(TICK_STORM, onTickStorm, {
      transform: withoutManagedFields,
      showsMore: showsEdit,
    });
    const owned = Object.entries(OWNED_KINDS).map(([kind, type]) => [
      kind,
      // They are many, and looked at one by one.
      kind === 'PodDisruptionBudget' ? this.#budgets(type) : this.#managed(type, onOwned, { asText: true }),
    ]);
    this.owned = trusted(Object.fromEntries(owned));
    this.shared = {
      ResourceQuota: this.#everyones(SHARED_KINDS.ResourceQuota, onShared),
      LimitRange: this.#everyones(SHARED_KINDS.LimitRange, onShared),
    };
    this.optional = {
      ServiceMonitor: this.#ifInstalled('ServiceMonitor'),
      PrometheusRule: this.#ifInstalled('PrometheusRule'),
      Certificate: this.#ifInstalled('Certificate'),
    };
    const parts = new SharedParts();
    this.pods = this.#managed(POD, onPod, { transform: (pod) => podEssentials(pod, parts) });
    this.nodes = namespaces.length === 0 ? this.#everyNode() : undefined;
  }

  /** Whether every watch has its first list; one of a namespace among several that may not be listed does not count. */
  get areSynced(): boolean {
    return this.#always().every((informer) => informer.isSynced);
  }

  /** Resolves when that is so for the first time, and of the kinds that may not be installed it is known whether they are. */
  async synced(): Promise<void> {
    const optional = Object.values(this.optional).map(({ settled }) => settled);
    await Promise.all([...this.#always().map(({ synced }) => synced), ...optional]);
  }

  /** Namespaces of which not everything is known, because something in them may not be listed. */
  get refusedNamespaces(): ReadonlySet<string> {
    return new Set(this.#always().flatMap((informer) => informer.refusedNamespaces));
  }

  /** Milliseconds since the quietest watch gave a sign of life. */
  get silenceMs(): number {
    return Math.max(...this.#always().map((informer) => informer.silenceMs));
  }

  /** Number of objects that are kept, by kind. */
  get cachedObjects(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#all().map(({ type, cache }) => [type.kind, cache.size]));
  }

  /** Keeps the caches current until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const nodes = this.nodes === undefined ? [] : [this.nodes];
    const all = [...this.#always(), ...nodes, ...Object.values(this.optional)];
    await Promise.all(all.map((informer) => informer.run(signal)));
  }

  #all(): Informer[] {
    const optional = Object.values(this.optional).map(({ informer }) => informer);
    return [...this.#always(), ...(this.nodes === undefined ? [] : [this.nodes]), ...optional];
  }

  #always(): Informer[] {
    return [this.tickStorms, this.pods, ...Object.values(this.owned), ...Object.values(this.shared)];
  }

  /** Watches what carries our label: a cluster has many other objects, and we own none of them. */
  #managed(type: ResourceType, onChange: OnChange, keeping: Pick<InformerOptions, 'asText' | 'transform'>): Informer {
    const { client, namespaces, logger } = this.#options;
    const labelSelector = MANAGED_SELECTOR;
    const indexers = { instance: ownerKeys };
    const showsMore = showsOthers;
    return new Informer({ ...keeping, client, type, namespaces, logger, onChange, showsMore, labelSelector, indexers });
  }

  /** Watches what carries our label once the kind is installed. */
  #ifInstalled(kind: OptionalKind): OptionalInformer {
    const { client, namespaces, logger, onOwned, onAvailable, discoveryMs: pollMs } = this.#options;
    return new OptionalInformer({
      client,
      type: OPTIONAL_KINDS[kind],
      namespaces,
      logger,
      labelSelector: MANAGED_SELECTOR,
      asText: true,
      indexers: { instance: ownerKeys },
      onChange: onOwned,
      showsMore: showsOthers,
      onAvailable,
      pollMs,
    });
  }

  /** Watches all objects of a kind, whoever made them. */
  #everyones(
    type: ResourceType,
    onChange: OnChange,
    { transform, showsMore = showsOthers }: Pick<InformerOptions, 'transform' | 'showsMore'> = {},
  ): Informer {
    const { client, namespaces, logger } = this.#options;
    const indexers = { namespace: byNamespace };
    const keeping = { showsMore, ...(transform !== undefined && { transform }) };
    return new Informer({ ...keeping, client, type, namespaces, logger, onChange, indexers });
  }

  /** Watches all budgets: those of others may select our pods too. */
  #budgets(type: ResourceType): Informer {
    const { client, namespaces, logger, onBudget: onChange } = this.#options;
    const indexers = { instance: ownerKeys, foreign: byNamespaceIfForeign };
    const keeping = { showsMore: showsOthers, asText: true };
    return new Informer({ ...keeping, client, type, namespaces, logger, onChange, indexers });
  }

  /** Watches the labels of the nodes. */
  #everyNode(): Informer {
    const { client, logger, onNode: onChange } = this.#options;
    const keeping = { metadataOnly: true, transform: withoutManagedFields };
    return new Informer({ ...keeping, client, type: NODE, namespaces: [], logger, onChange });
  }
}
