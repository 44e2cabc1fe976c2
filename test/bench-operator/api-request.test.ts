import { expect, it } from '@jest/globals';
import { apiRequestOf } from './api-request.ts';

it.each([
  ['GET', '/api/v1/namespaces/a/secrets/b', false, 'get', 'secrets'],
  ['GET', '/api/v1/configmaps', false, 'list', 'configmaps'],
  ['GET', '/api/v1/namespaces/a/configmaps', false, 'list', 'configmaps'],
  ['GET', '/apis/apps/v1/deployments', true, 'watch', 'deployments'],
  ['POST', '/api/v1/namespaces/a/secrets', false, 'create', 'secrets'],
  ['PATCH', '/apis/apps/v1/namespaces/a/deployments/b', false, 'patch', 'deployments'],
  ['PATCH', '/apis/tickstorm.io/v1alpha1/namespaces/a/tickstorms/b/status', false, 'patch', 'tickstorms/status'],
  ['PUT', '/apis/coordination.k8s.io/v1/namespaces/a/leases/b', false, 'update', 'leases'],
  ['DELETE', '/api/v1/namespaces/a', false, 'delete', 'namespaces'],
  ['GET', '/apis/monitoring.coreos.com/v1', false, 'discover', ''],
  ['GET', '/apis', false, 'discover', ''],
  ['GET', '/api/v1', false, 'discover', ''],
] as const)('%s %s (watch: %s) is %s %s', (method, path, isWatch, verb, resource) => {
  expect(apiRequestOf({ method, path, isWatch })).toEqual({ verb, resource });
});
