import type { ProxiedRequest } from '../chaos/fault.ts';

/** A request by the names that RBAC and the API server's metrics give it. */
export interface ApiRequest {
  readonly verb: 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete' | 'discover';
  /** Plural, with a subresource behind a slash; empty for discovery. */
  readonly resource: string;
}

const WRITES = { POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' } as const;

/** Names a request by its method and path. */
export function apiRequestOf({ method, path, isWatch }: ProxiedRequest): ApiRequest {
  const [, root, ...segments] = path.split('/');
  // /api/VERSION/… or /apis/GROUP/VERSION/…
  let [resource = '', name = '', subresource = '', ...rest] = segments.slice(root === 'api' ? 1 : 2);
  if (resource === '') return { verb: 'discover', resource: '' };
  if (resource === 'namespaces' && subresource !== '') {
    [resource, name = '', subresource = ''] = [subresource, ...rest];
  }
  const full = subresource === '' ? resource : `${resource}/${subresource}`;
  if (isWatch) return { verb: 'watch', resource: full };
  if (method in WRITES) return { verb: WRITES[method as keyof typeof WRITES], resource: full };
  return { verb: name === '' ? 'list' : 'get', resource: full };
}
