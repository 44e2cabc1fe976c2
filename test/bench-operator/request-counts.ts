import type { ProxiedRequest } from '../chaos/fault.ts';
import { apiRequestOf } from './api-request.ts';

/** How often each verb was asked of each resource, such as `patch configmaps`. */
export type RequestCounts = Readonly<Record<string, number>>;

/** Renewals of the lease come every two seconds from whoever leads, whatever there is to do. */
const isLease = (key: string): boolean => key.endsWith(' leases');
const isEvent = (key: string): boolean => key.endsWith(' events');
const isWrite = (key: string): boolean => /^(create|update|patch|delete) /.test(key);

/** Whether a request is about the operator's work: neither a watch nor a renewal of its lease. */
export function isWork(request: ProxiedRequest): boolean {
  return !request.isWatch && !isLease(keyOf(request));
}

function keyOf(request: ProxiedRequest): string {
  const { verb, resource } = apiRequestOf(request);
  return resource === '' ? verb : `${verb} ${resource}`;
}

/** Counts requests by verb and resource. */
export function countRequests(requests: readonly ProxiedRequest[]): RequestCounts {
  const counts: Record<string, number> = {};
  for (const request of requests) counts[keyOf(request)] = (counts[keyOf(request)] ?? 0) + 1;
  return Object.fromEntries(Object.entries(counts).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

const sumOf = (counts: RequestCounts, counted: (key: string) => boolean): number =>
  Object.entries(counts).reduce((sum, [key, count]) => sum + (counted(key) ? count : 0), 0);

/** All requests but renewals of the lease. */
export const allRequests = (counts: RequestCounts): number => sumOf(counts, (key) => !isLease(key));

/** Writes of what the operator is for; its lease and its events are about itself. */
export const workWrites = (counts: RequestCounts): number =>
  sumOf(counts, (key) => isWrite(key) && !isLease(key) && !isEvent(key));

export const eventWrites = (counts: RequestCounts): number => sumOf(counts, isEvent);

export const leaseRequests = (counts: RequestCounts): number => sumOf(counts, isLease);

/** Requests of one verb, leases and events aside. */
export const ofVerb = (counts: RequestCounts, verb: string): number =>
  sumOf(counts, (key) => (key === verb || key.startsWith(`${verb} `)) && !isLease(key) && !isEvent(key));
