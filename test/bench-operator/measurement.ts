import type { RequestCounts } from './request-counts.ts';

/** What an operator did over some time. */
export interface Phase {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly requests: RequestCounts;
}

/** Resident memory in bytes. */
interface Memory {
  /** At rest, with everything made. */
  readonly rssBytes: number;
  readonly peakBytes: number;
}

/** What one operator needed for one number of TickStorms, in one run. */
export interface Measurement {
  readonly instances: number;
  /** From the start of the process, with all TickStorms waiting, until the last one is Ready. */
  readonly converge: Phase;
  readonly memory: Memory;
  /** Every TickStorm gets an annotation that means nothing, so that all are looked at once more. */
  readonly secondPass: Phase;
  /** Nobody does anything. */
  readonly steady: Phase;
  /** From the start of a new process until its last request; everything is as it should be already. */
  readonly restart: Phase & { readonly rssBytes: number };
  /** Milliseconds from an edit or a deletion of an object until it is right again. */
  readonly driftMs: readonly number[];
  /** Milliseconds from the signal to the leader until its stand-by has repaired an object. */
  readonly sigtermMs: readonly number[];
  readonly sigkillMs: readonly number[];
}
