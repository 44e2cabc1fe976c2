import type { Verdict } from '../arithmetic/verdict.ts';
import type { RolloutStrategy } from '../builders/build-context.ts';
import type { Reason } from './reasons.ts';

/** What quotas, limit ranges and budget allow a TickStorm, worked out before anything is rolled or scaled. */
export interface Plan {
  /** Pods that the Deployment is to have. */
  readonly replicas: number;
  readonly strategy: RolloutStrategy;
  /** Seconds that a rollout waits after each new pod. */
  readonly minReadySeconds: number;
  /** Most pods that the autoscaler may ask for, where the quota caps it. */
  readonly mostReplicas: number | undefined;
  /** Whether the quotas admit another pod right now. */
  readonly hasRoom: boolean;
  readonly quota: Verdict<Reason>;
  readonly limitRange: Verdict<Reason>;
  readonly disruption: Verdict<Reason>;
  /** Whether the most pods find a zone each; absent where a zone may have several. `holds` undefined: not known. */
  readonly zones?: Omit<Verdict<Reason>, 'holds'> & { readonly holds: boolean | undefined };
}
