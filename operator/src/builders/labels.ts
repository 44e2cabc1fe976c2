/** Value of `app.kubernetes.io/managed-by` on everything that the operator applies; its caches select by it. */
export const MANAGED_BY = 'tick-storm-operator';

/** Labels by which Services, budget, autoscaler and Deployment find the pods; they never change. */
export function selectorLabels(name: string): Record<string, string> {
  return { app: name, 'app.kubernetes.io/instance': name, 'app.kubernetes.io/name': 'tick-storm' };
}

/** Label of the headless Service alone: monitoring selects by it. */
export const HEADLESS_LABEL = { 'tickstorm.io/service': 'headless' } as const;

/** Labels of every object of a TickStorm. */
export function objectLabels(name: string): Record<string, string> {
  return {
    ...selectorLabels(name),
    'app.kubernetes.io/component': 'server',
    'app.kubernetes.io/managed-by': MANAGED_BY,
  };
}

/** Labels of the objects that all TickStorms of a namespace share. */
export function sharedLabels(): Record<string, string> {
  return { 'app.kubernetes.io/name': 'tick-storm', 'app.kubernetes.io/managed-by': MANAGED_BY };
}

/** The selector in the text form that the scale subresource publishes. */
export function selectorText(name: string): string {
  return Object.entries(selectorLabels(name))
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}
