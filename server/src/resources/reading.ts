/** What the monitor watches. */
export const resources = ['memory', 'descriptors', 'connections', 'event_loop_lag', 'stream_delay'] as const;
export type Resource = (typeof resources)[number];

/** How much of a resource is used: bytes, descriptors, connections, or ms of lag or delay. */
export interface Reading {
  resource: Resource;
  used: number;
  limit: number;
}
