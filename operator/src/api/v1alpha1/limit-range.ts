import { z } from 'zod';
import { withRules, type CelRule } from './markers.ts';
import { isQuantityRule, quantityField } from './quantity-field.ts';

type Amounts = readonly [cpu: string, memory: string, storage: string];
type QuantityWithDefault = z.ZodDefault<ReturnType<typeof quantityField>>;

const amounts = (
  what: string,
  [cpu, memory, storage]: Amounts,
): z.ZodPrefault<
  z.ZodObject<{ cpu: QuantityWithDefault; memory: QuantityWithDefault; 'ephemeral-storage': QuantityWithDefault }>
> =>
  z
    .object({
      cpu: quantityField('500m or 2').describe('CPU cores.').default(cpu),
      memory: quantityField('512Mi or 2Gi').describe('Memory in bytes.').default(memory),
      'ephemeral-storage': quantityField('500Mi or 1Gi').describe('Local storage in bytes.').default(storage),
    })
    .describe(what)
    .prefault({});

type Bound = 'min' | 'defaultRequest' | 'default' | 'max';

/** The API refuses a LimitRange whose bounds and defaults are not in this order, and with it that of the namespace. */
function notAbove(lower: Bound, upper: Bound): CelRule[] {
  return ['cpu', 'memory', 'ephemeral-storage'].map((resource) => {
    // CEL spells a property with a dash as `ephemeral__dash__storage`, and a reserved word with underscores around it.
    const value = (bound: Bound): string => `string(self.${bound}.${resource.replaceAll('-', '__dash__')})`;
    const [low, high] = [value(lower), value(upper)];
    return {
      rule: `!(${isQuantityRule(low)}) || !(${isQuantityRule(high)}) || quantity(${low}).compareTo(quantity(${high})) <= 0`,
      message: `${lower}.${resource} must not be above ${upper}.${resource}`,
      messageExpression: `'${lower}.${resource} (' + ${low} + ') must not be above ${upper}.${resource} (' + ${high} + ')'`,
    };
  });
}

/** The LimitRange tick-storm-limits, shared by all TickStorms of the namespace. */
export const limitRange = z
  .object({
    mode: z
      .enum(['Managed', 'None'])
      .optional()
      .describe(
        'Managed: the namespace gets the LimitRange tick-storm-limits, wide enough for the pods of all its ' +
          'TickStorms. None: this TickStorm asks for none. Absent means Managed, unless pods of others run in the ' +
          'namespace when it is to be made: it would act on them too.',
      ),
    container: withRules(
      z.object({
        default: amounts('Limits of a container that declares none.', ['2000m', '2Gi', '1Gi']),
        defaultRequest: amounts('Requests of a container that declares none.', ['500m', '1Gi', '500Mi']),
        max: amounts('Largest limits of a container.', ['4000m', '4Gi', '2Gi']),
        min: amounts('Smallest requests of a container.', ['100m', '256Mi', '100Mi']),
      }),
      [...notAbove('min', 'defaultRequest'), ...notAbove('defaultRequest', 'default'), ...notAbove('default', 'max')],
    )
      .describe('Bounds and defaults of each container.')
      .prefault({}),
    pod: z
      .object({ max: amounts('Largest limits of a pod.', ['8000m', '8Gi', '4Gi']) })
      .describe('Bounds of each pod, its containers together; the API knows no defaults there.')
      .prefault({}),
  })
  .describe('Limit range of the namespace. It acts on every new pod in the namespace, not only those of TickStorms.')
  .prefault({});
