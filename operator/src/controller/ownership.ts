import { GROUP, KIND } from '../api/v1alpha1/group.ts';
import type { TickStorm } from '../api/v1alpha1/tick-storm.ts';
import { MANAGED_BY } from '../builders/labels.ts';
import type { Ownership } from '../runtime/applier.ts';
import { controllerOf, type KubeObject, type OwnerReference } from '../runtime/kube-object.ts';
import { hasFieldsOf } from '../runtime/managed-fields.ts';
import { ADOPT_ANNOTATION, FIELD_MANAGER } from './field-manager.ts';

const INSTANCE_LABEL = 'app.kubernetes.io/instance';
const MANAGED_BY_LABEL = 'app.kubernetes.io/managed-by';

/** Whether a reference points to a TickStorm, of whatever version. */
export function isTickStorm(reference: OwnerReference): boolean {
  return reference.kind === KIND && reference.apiVersion.split('/')[0] === GROUP;
}

/** Whose an object is, seen from one TickStorm that wants an object of this name. */
export function ownershipFor({
  metadata: { name, uid },
}: {
  readonly metadata: Pick<TickStorm['metadata'], 'name' | 'uid'>;
}): (live: KubeObject) => Ownership {
  return (live) => {
    const controller = controllerOf(live);
    if (controller !== undefined) {
      if (controller.uid === uid) return 'ours';
      // Its TickStorm was deleted and made anew under the same name: garbage collection is about to take the object.
      return isTickStorm(controller) && controller.name === name ? 'leaving' : 'foreign';
    }
    if (live.metadata.annotations?.[ADOPT_ANNOTATION] === name) return 'ours';
    // Somebody has cut the reference off, or deleted an earlier TickStorm and kept its objects.
    return hasFieldsOf(live, FIELD_MANAGER) && live.metadata.labels?.[INSTANCE_LABEL] === name ? 'ours' : 'foreign';
  };
}

/** Whose a shared object of a namespace is: ours when we applied it, a TickStorm owns it, or it was handed over. */
export function sharedOwnership(live: KubeObject): Ownership {
  const isReferenced = live.metadata.ownerReferences?.some(isTickStorm) === true;
  const isHandedOver = (live.metadata.annotations?.[ADOPT_ANNOTATION] ?? '') !== '';
  return isReferenced || isHandedOver || hasFieldsOf(live, FIELD_MANAGER) ? 'ours' : 'foreign';
}

/** Keys (`NAMESPACE/NAME`) of the TickStorms that a change of this object concerns. */
export function ownerKeys(object: KubeObject): string[] {
  const { namespace = '', labels, ownerReferences = [] } = object.metadata;
  const owners = ownerReferences.filter(isTickStorm).map((reference) => reference.name);
  const instance = labels?.[INSTANCE_LABEL];
  if (labels?.[MANAGED_BY_LABEL] === MANAGED_BY && instance !== undefined) owners.push(instance);
  return [...new Set(owners)].map((name) => `${namespace}/${name}`);
}
