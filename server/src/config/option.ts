import type { Field } from './fields.ts';

/**
 * The definition of one setting, and the only one: reading the environment, the configuration file's schema and
 * docs/configuration.md follow from it.
 */
export interface Option<T> {
  /** Another name under which deployments give it; it counts when the first one is not set. */
  readonly alias?: string;
  /** Another variable with which this one, although required, may be left empty. */
  readonly optionalWith?: string;
  /** As it would be given; empty = none. */
  readonly default: string;
  readonly value: Field<T>;
  /** `hot`: the configuration file can change it while the server runs; `restart`: the environment alone sets it. */
  readonly reload: 'hot' | 'restart';
  readonly meaning: string;
  /** The field below `spec` of a TickStorm that sets it, or what the operator sets; empty = neither. */
  readonly tickStorm: string;
  /** Its value is shown nowhere. */
  readonly isSecret?: true;
}

/** Settings by the name of their environment variable. */
export type OptionTable = Readonly<Record<string, Option<unknown>>>;
