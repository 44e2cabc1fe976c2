import { z } from 'zod';
import { withRules } from './markers.ts';

/**
 * CEL: whether the text `value` is a quantity. The pattern comes first and keeps exponents to two digits: the API
 * server counts out any other, and `1e99999999999` keeps one of its CPUs busy for ever.
 */
export function isQuantityRule(value: string): string {
  return `${value}.matches('^[+]?[0-9.]+([numkMGTPE]|[KMGTPE]i|[eE][-+]?[0-9]{1,2})?$') && isQuantity(${value})`;
}

/** A field that holds a positive quantity. `example` goes into the refusal: what would be right. */
export function quantityField(example: string): z.ZodUnion<readonly [z.ZodString, z.ZodInt]> {
  const schema = z.union([z.string().max(32), z.int()]).meta({
    'x-kubernetes-int-or-string': true,
    maxLength: 32,
  });
  return withRules(schema, [
    {
      rule: `type(self) == int ? self > 0 : (${isQuantityRule('self')} && quantity(self).isGreaterThan(quantity('0')))`,
      message: `must be a quantity above zero, such as ${example}`,
    },
  ]);
}

/** A field that holds a whole number above zero, written as a number or as a quantity. */
export function countField(example: string): z.ZodUnion<readonly [z.ZodString, z.ZodInt]> {
  const schema = z.union([z.string().max(32), z.int()]).meta({
    'x-kubernetes-int-or-string': true,
    maxLength: 32,
  });
  return withRules(schema, [
    {
      rule:
        `type(self) == int ? self > 0 : (${isQuantityRule('self')} && quantity(self).isGreaterThan(quantity('0')) && ` +
        `quantity(self).isInteger())`,
      message: `must be a whole number above zero, such as ${example}`,
    },
  ]);
}

/** A field that holds a whole number of zero or more, or a percentage such as `25%`. */
export function countOrPercentField(): z.ZodUnion<readonly [z.ZodString, z.ZodInt]> {
  const schema = z.union([z.string().max(4), z.int()]).meta({ 'x-kubernetes-int-or-string': true, maxLength: 4 });
  return withRules(schema, [
    {
      rule: `type(self) == int ? self >= 0 : self.matches('^(100|[1-9]?[0-9])%$')`,
      message: `must be a whole number of zero or more, or a percentage from 0% to 100%`,
    },
  ]);
}
