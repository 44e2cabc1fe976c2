import type { ApiClient } from './api-client.ts';
import { hasStatus } from './api-error.ts';
import type { ListOptions } from './api-options.ts';
import type { KubeObject } from './kube-object.ts';
import type { ResourceType } from './resource-type.ts';

/** A whole collection at one moment. */
export interface Listing<Item = KubeObject> {
  readonly objects: readonly Item[];
  /** The version to watch from. */
  readonly version: string;
}

/**
 * Lists a collection page by page. A list that takes so long that its snapshot is compacted away (410 on a further
 * page) is asked for once more, in one piece, as client-go's pager does.
 * @param options `limit` is the size of a page
 * @param keep what is kept of an object, of which the rest goes with its page
 */
export async function listAll<Item>(
  client: Pick<ApiClient, 'list'>,
  type: ResourceType,
  namespace: string | undefined,
  options: ListOptions,
  keep: (object: KubeObject) => Item,
): Promise<Listing<Item>> {
  const objects: Item[] = [];
  let token: string | undefined;
  let version = '';
  do {
    let page;
    try {
      page = await client.list(type, namespace, { ...options, continue: token });
    } catch (error) {
      if (token === undefined || !hasStatus(error, 410)) throw error;
      // The pages so far would else be held beside the whole list.
      objects.length = 0;
      const { limit: _, ...whole } = options;
      return await listAll(client, type, namespace, whole, keep);
    }
    version = page.metadata.resourceVersion ?? '';
    token = page.metadata.continue === '' ? undefined : page.metadata.continue;
    // Items of a list carry no apiVersion and kind of their own.
    for (const item of page.items) objects.push(keep({ ...item, apiVersion: type.apiVersion, kind: type.kind }));
  } while (token !== undefined);
  return { objects, version };
}
