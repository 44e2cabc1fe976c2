import type { KubeObject } from './kube-object.ts';
import type { IndexFunction } from './object-cache.ts';

/** Index: objects by the namespace that they are in. */
export const byNamespace: IndexFunction = ({ metadata }: KubeObject) => [metadata.namespace ?? ''];

/** Index: objects by the uids of their owners. */
export const byOwner: IndexFunction = ({ metadata }: KubeObject) =>
  (metadata.ownerReferences ?? []).map(({ uid }) => uid);
