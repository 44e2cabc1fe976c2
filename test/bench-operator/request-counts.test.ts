import { expect, it } from '@jest/globals';
import {
  allRequests,
  countRequests,
  eventWrites,
  isWork,
  leaseRequests,
  ofVerb,
  workWrites,
} from './request-counts.ts';

const lease = { method: 'PUT', path: '/apis/coordination.k8s.io/v1/namespaces/a/leases/b', isWatch: false };
const watch = { method: 'GET', path: '/api/v1/secrets', isWatch: true };
const event = { method: 'POST', path: '/apis/events.k8s.io/v1/namespaces/a/events', isWatch: false };
const patch = { method: 'PATCH', path: '/api/v1/namespaces/a/configmaps/b', isWatch: false };
const get = { method: 'GET', path: '/api/v1/namespaces/a/secrets/b', isWatch: false };

it('counts by verb and resource, and tells work from leases and events', () => {
  const counts = countRequests([lease, watch, event, patch, patch, get]);
  expect(counts).toEqual({
    'create events': 1,
    'get secrets': 1,
    'patch configmaps': 2,
    'update leases': 1,
    'watch secrets': 1,
  });
  expect(allRequests(counts)).toBe(5);
  expect(workWrites(counts)).toBe(2);
  expect(eventWrites(counts)).toBe(1);
  expect(leaseRequests(counts)).toBe(1);
  expect(ofVerb(counts, 'patch')).toBe(2);
  expect(ofVerb(counts, 'create')).toBe(0);
});

it('takes neither a watch nor a renewal for work', () => {
  expect([lease, watch, event, patch, get].map(isWork)).toEqual([false, false, true, true, true]);
});
