import { MANAGED_BY, selectorLabels } from '../builders/labels.ts';
import type { KubeObject } from '../runtime/kube-object.ts';
import type { IndexFunction } from '../runtime/object-cache.ts';
import { trusted } from '../runtime/trusted.ts';

interface Selector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
}

/** Index: by their namespace, the objects that are not the operator's. */
export const byNamespaceIfForeign: IndexFunction = ({ metadata }) =>
  metadata.labels?.['app.kubernetes.io/managed-by'] === MANAGED_BY ? [] : [metadata.namespace ?? ''];

/** Whether a selector takes objects with these labels; an empty one takes all (policy/v1). */
function selects(
  { matchLabels = {}, matchExpressions = [] }: Selector,
  labels: Readonly<Record<string, string>>,
): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      const value = labels[key];
      if (operator === 'Exists') return value !== undefined;
      if (operator === 'DoesNotExist') return value === undefined;
      const isIn = value !== undefined && values.includes(value);
      return operator === 'In' ? isIn : !isIn;
    })
  );
}

/** Names of the budgets of others that select the pods of this TickStorm. */
export function foreignBudgetsOn(budgets: readonly KubeObject[], tickStormName: string, ownBudget: string): string[] {
  const labels = selectorLabels(tickStormName);
  return budgets
    .filter((budget) => {
      const selector = trusted<{ readonly selector?: Selector } | undefined>(budget['spec'])?.selector;
      return budget.metadata.name !== ownBudget && selector !== undefined && selects(selector, labels);
    })
    .map(({ metadata }) => metadata.name)
    .toSorted((a, b) => (a < b ? -1 : 1));
}
