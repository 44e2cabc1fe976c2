import type { z } from 'zod';

/**
 * One CEL rule of the custom resource's schema, as `x-kubernetes-validations` holds it.
 * `message` must name the field and say what would be right: it is all that a user sees.
 */
export interface CelRule {
  readonly rule: string;
  readonly message: string;
  /** CEL that yields the message with the offending values in it; `message` is its fallback. */
  readonly messageExpression?: string;
  /** Path below the ruled object that the error is reported at, such as `.minReplicas`. */
  readonly fieldPath?: string;
  readonly reason?: 'FieldValueInvalid' | 'FieldValueForbidden' | 'FieldValueRequired' | 'FieldValueDuplicate';
}

/** Attaches CEL rules to a schema; the CRD carries them, the API server enforces them. */
export function withRules<T extends z.ZodType>(schema: T, rules: readonly CelRule[]): T {
  return schema.meta({ ...schema.meta(), 'x-kubernetes-validations': rules });
}

/** A list whose items are unique (server-side apply merges it item by item). */
export function asSet<T extends z.ZodType>(schema: T): T {
  return schema.meta({ ...schema.meta(), 'x-kubernetes-list-type': 'set' });
}

/** A list of objects with an identity: `keys` name the fields that identify an item. */
export function asMapList<T extends z.ZodType>(schema: T, keys: readonly string[]): T {
  return schema.meta({ ...schema.meta(), 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': keys });
}

/** A list that one writer owns as a whole. */
export function asAtomicList<T extends z.ZodType>(schema: T): T {
  return schema.meta({ ...schema.meta(), 'x-kubernetes-list-type': 'atomic' });
}

/** Names as annotations and labels have them; `what` begins the refusal. */
export function qualifiedKeys(what: string): CelRule {
  return {
    rule: `self.all(key, size(key) <= 317 && key.matches('^([A-Za-z0-9]([-A-Za-z0-9.]*[A-Za-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$'))`,
    message: `${what} must have keys of the form name or prefix/name, such as example.io/name`,
  };
}

/**
 * Keeps a default out of the CRD: the operator fills it in when it reads the resource. Needed where a stored
 * default would contradict what the user writes later (a merge patch keeps stored defaults): `autoscaling: {mode:
 * Disabled}` after defaults had filled in `minReplicas`, or `maxUnavailable` beside a stored `minAvailable`.
 */
export function defaultedByOperator<T extends z.ZodType>(schema: T): T {
  return schema.meta({ ...schema.meta(), defaultedByOperator: true });
}
