/** Names of the objects that a TickStorm owns. */
export interface ObjectNames {
  readonly deployment: string;
  readonly serviceAccount: string;
  readonly role: string;
  readonly roleBinding: string;
  readonly configMap: string;
  readonly authSecret: string;
  readonly adminSecret: string;
  readonly service: string;
  readonly headlessService: string;
  readonly autoscaler: string;
  readonly disruptionBudget: string;
  readonly networkPolicy: string;
  readonly serviceMonitor: string;
  readonly alerts: string;
  readonly dashboard: string;
  /** Of the certificate and of the Secret that it is issued into. */
  readonly certificate: string;
}

/** Derives the names from the TickStorm's own (at most 50 characters, so that all fit in 63). */
export function objectNames(name: string): ObjectNames {
  return {
    deployment: name,
    serviceAccount: name,
    role: `${name}-role`,
    roleBinding: `${name}-rolebinding`,
    configMap: `${name}-config`,
    authSecret: `${name}-auth`,
    adminSecret: `${name}-admin`,
    service: `${name}-service`,
    headlessService: `${name}-headless`,
    autoscaler: `${name}-hpa`,
    disruptionBudget: `${name}-pdb`,
    networkPolicy: `${name}-netpol`,
    serviceMonitor: name,
    alerts: `${name}-alerts`,
    dashboard: `${name}-dashboard`,
    certificate: `${name}-tls`,
  };
}

/** The two objects that all TickStorms of a namespace share. */
export const SHARED_QUOTA_NAME = 'tick-storm-quota';
export const SHARED_LIMITS_NAME = 'tick-storm-limits';
