import { isNamespaceLost } from '../runtime/api-error.ts';
import { LeavingError, ResourceConflictError } from '../runtime/applier.ts';

/** Why an object is not as declared. */
export interface Problem {
  readonly reason: 'ResourceConflict' | 'InvalidPodTemplate' | 'ApplyFailed' | 'WaitingForDeletion';
  readonly message: string;
}

/** The problem that a failure to apply or remove an object amounts to. */
export function problemOf(error: unknown): Problem {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof ResourceConflictError) return { reason: 'ResourceConflict', message };
  if (error instanceof LeavingError) return { reason: 'WaitingForDeletion', message };
  // Nothing can be made there any more, and the TickStorm goes with its namespace.
  if (isNamespaceLost(error)) {
    return { reason: 'WaitingForDeletion', message: 'the namespace is being deleted' };
  }
  return { reason: 'ApplyFailed', message };
}

/** Hands failures to the work queue, whose back-off decides when to try again; the other problems are looked at again. */
export function throwFailures(problems: readonly Problem[]): void {
  const failed = problems.filter(({ reason }) => reason === 'ApplyFailed');
  if (failed.length > 0) throw new Error(failed.map(({ message }) => message).join('; '));
}
