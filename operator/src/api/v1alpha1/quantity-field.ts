import { z } from 'zod';
import { withRules } from './markers.ts';

/** A field that holds a positive quantity. `example` goes into the refusal: what would be right. */
export function quantityField(example: string): z.ZodUnion<readonly [z.ZodString, z.ZodInt]> {
  const schema = z.union([z.string().max(32), z.int()]).meta({
    'x-kubernetes-int-or-string': true,
    maxLength: 32,
  });
  return withRules(schema, [
    {
      rule: `type(self) == int ? self > 0 : (isQuantity(self) && quantity(self).isGreaterThan(quantity('0')))`,
      message: `must be a quantity above zero, such as ${example}`,
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
