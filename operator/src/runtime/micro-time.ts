/**
 * A time as Kubernetes' MicroTime: RFC 3339 in UTC with exactly six digits of fraction. A Date prints three, which
 * the API server refuses in Leases and Events.
 */
export function microTime(epochMs: number): string {
  return new Date(epochMs).toISOString().replace(/Z$/, '000Z');
}
