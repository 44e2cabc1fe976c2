/** One thing that a user, or an intruder, does. */
export type SoakAction =
  | { readonly kind: 'apply'; readonly name: string; readonly spec: SoakSpec }
  | { readonly kind: 'delete'; readonly name: string }
  /** Somebody deletes an object of a TickStorm's. */
  | { readonly kind: 'drop'; readonly name: string; readonly child: SoakChild }
  /** Somebody edits one. */
  | { readonly kind: 'edit'; readonly name: string; readonly child: SoakChild }
  /** Somebody sets the number of pods of the Deployment. */
  | { readonly kind: 'scale'; readonly name: string; readonly replicas: number }
  /** The annotation `tickstorm.io/paused` is set, or taken away. */
  | { readonly kind: 'pause'; readonly name: string; readonly value: SoakPause | undefined }
  /** With all that is in it; it is made anew. */
  | { readonly kind: 'delete-namespace'; readonly namespace: string }
  /** The definition of TickStorms, and with it all of them; it is put back. */
  | { readonly kind: 'delete-crd' };

/** What is declared of a TickStorm. */
export interface SoakSpec {
  readonly drainSeconds: number;
  readonly isAutoscaled: boolean;
  readonly isQuotaManaged: boolean;
  readonly deletionPolicy: 'Immediate' | 'Drain' | 'Orphan';
  readonly hasNetworkPolicy: boolean;
  readonly isMonitored: boolean;
}

/** Kinds of objects that others delete and edit. */
export const SOAK_CHILDREN = ['configmaps', 'services', 'deployments', 'roles', 'poddisruptionbudgets'] as const;
export type SoakChild = (typeof SOAK_CHILDREN)[number];

export const SOAK_PAUSES = ['all', 'rollout', 'scale-in', 'rebalance'] as const;
export type SoakPause = (typeof SOAK_PAUSES)[number];
