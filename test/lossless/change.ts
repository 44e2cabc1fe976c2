import type { Bed, Pod } from './bed.ts';

/** Something that happens to the service while clients are connected. */
export interface Change {
  readonly name: string;
  /** Resolves when the service is calm again. */
  run(bed: Bed): Promise<void>;
  /**
   * Whether the change is in its middle, where the operator is killed; without it that is so from the beginning on.
   * @param before the pods of all services as they were before it
   */
  isUnderWay?(bed: Bed, before: readonly Pod[]): Promise<boolean>;
}
