/** Ports of the server container; the Services map to them by name. */
export const CLIENT_PORT = { name: 'tcp', number: 8080 } as const;
/** Not on any Service: a bearer token opens it, and it speaks of one pod. */
export const ADMIN_PORT = { name: 'admin', number: 9091 } as const;
export const METRICS_PORT = { name: 'metrics', number: 9090 } as const;
