import type { Bed } from './bed.ts';

/** Something that happens to the service while clients are connected. */
export interface Change {
  readonly name: string;
  /** Resolves when the service is calm again. */
  run(bed: Bed): Promise<void>;
}
