import { isDeepStrictEqual } from 'node:util';
import { hasForeignPayload } from '../runtime/foreign-fields.ts';
import type { KubeObject } from '../runtime/kube-object.ts';
import { DRAIN_FINALIZER } from './draining.ts';
import { FIELD_MANAGER } from './field-manager.ts';

/**
 * Whether the answer of a write of ours to a TickStorm shows what somebody has declared meanwhile. Our status is
 * nothing of that; a number of pods that we wrote through `scale` is, as it is declared from then on.
 */
export function showsEdit(written: KubeObject, previous: KubeObject | undefined): boolean {
  return !isDeepStrictEqual(declarationOf(written), previous && declarationOf(previous));
}

/**
 * What a user says by a TickStorm. The generation stands for the spec; annotations, which hold the controls, move none,
 * nor does our finalizer, which somebody may take off.
 */
function declarationOf({ metadata }: KubeObject): unknown[] {
  const { generation, deletionTimestamp, annotations = {}, labels = {}, finalizers = [] } = metadata;
  return [generation, deletionTimestamp, annotations, labels, finalizers.includes(DRAIN_FINALIZER)];
}

/**
 * Whether the answer of a write of ours to any other object shows what others have done to it meanwhile: its status and
 * its deletion are not ours to write, and of its payload nothing is left to others by an apply that has seen it.
 */
export function showsOthers(written: KubeObject, previous: KubeObject | undefined): boolean {
  if (previous === undefined) return false;
  return (
    written.metadata.deletionTimestamp !== previous.metadata.deletionTimestamp ||
    !isDeepStrictEqual(written['status'], previous['status']) ||
    hasForeignPayload(written, FIELD_MANAGER)
  );
}
