/** Ports of the server container; the Services map to them by name. */
export const CLIENT_PORT = { name: 'tcp', number: 8080 } as const;
/** Served once the admin port is on; the network policy lets the operator in. */
export const ADMIN_PORT = { name: 'admin', number: 9091 } as const;
export const METRICS_PORT = { name: 'metrics', number: 9090 } as const;
