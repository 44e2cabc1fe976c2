import { GROUP } from '../api/v1alpha1/group.ts';

/** Name under which the operator applies objects. */
export const FIELD_MANAGER = 'tickstorm-operator';
/** Name under which it applies the status of TickStorms. */
export const STATUS_FIELD_MANAGER = 'tickstorm-operator-status';
/** Annotation that tells what was applied last. */
export const DIGEST_ANNOTATION = `${GROUP}/intent-digest`;
/** Annotation by which the owner of an existing object hands it over; its value is the TickStorm's name. */
export const ADOPT_ANNOTATION = `${GROUP}/adopt`;
