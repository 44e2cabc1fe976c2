import { MANAGED_BY } from '../builders/labels.ts';
import type { ApiClient } from '../runtime/api-client.ts';
import { trusted } from '../runtime/trusted.ts';
import { POD } from './kinds.ts';

/** Enough to find one that still runs among finished ones. */
const LOOK_AT_MOST = 100;

/** Name of a pod in the namespace that no TickStorm made and that has not finished; undefined when there is none. */
export async function foreignPodIn(client: Pick<ApiClient, 'list'>, namespace: string): Promise<string | undefined> {
  const labelSelector = `app.kubernetes.io/managed-by!=${MANAGED_BY}`;
  const { items } = await client.list(POD, namespace, { labelSelector, limit: LOOK_AT_MOST });
  return items.find((pod) => {
    const phase = trusted<{ readonly phase?: string } | undefined>(pod['status'])?.phase;
    return phase !== 'Succeeded' && phase !== 'Failed';
  })?.metadata.name;
}
