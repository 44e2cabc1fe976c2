import type { KubeConfig } from '@kubernetes/client-node';
import {
  ApiClient,
  ApiConnection,
  Controller,
  Informer,
  LeaderElector,
  objectKey,
  TokenBucket,
  WorkQueue,
  type Logger,
  type ResourceType,
} from './index.ts';

const CONFIG_MAPS: ResourceType = { apiVersion: 'v1', kind: 'ConfigMap', plural: 'configmaps' };

/**
 * Labels every ConfigMap of a cluster until the signal aborts. Of several such processes one works.
 * @param identity unique among these processes, such as the pod's name and a random suffix
 * @throws {LeaseLostError} another process may work by now: end this one at once
 */
export async function labelConfigMaps(
  kubeConfig: KubeConfig,
  identity: string,
  logger: Logger,
  signal: AbortSignal,
): Promise<void> {
  const connection = new ApiConnection(kubeConfig);
  const userAgent = 'example/1.0';
  // Renewals of the lease must not wait behind other requests: the rate limit is the other client's.
  const leaseClient = ApiClient.over(connection, { userAgent });
  const elector = new LeaderElector({ client: leaseClient, namespace: 'default', name: 'example', identity, logger });
  const rateLimit = new TokenBucket({ ratePerSecond: 50, burst: 100 });
  const cutOff = new AbortController();
  const client = ApiClient.over(connection, { userAgent, rateLimit }).within({
    signal: cutOff.signal,
    beforeWrite: () => elector.assertLeads(),
  });

  const queue = new WorkQueue();
  const configMaps = new Informer({
    client,
    type: CONFIG_MAPS,
    namespaces: [],
    logger,
    onChange: ({ type, object: { metadata } }) =>
      queue.add(objectKey(metadata.namespace, metadata.name), type === 'resync' ? 'routine' : 'news'),
  });
  const controller = new Controller({
    name: 'labels',
    queue,
    workers: 2,
    logger,
    reconcile: async (key) => {
      const live = configMaps.cache.getByKey(key);
      if (live === undefined || live.metadata.labels?.['seen'] === 'yes') return {};
      const { name, namespace = '' } = live.metadata;
      const intent = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace, labels: { seen: 'yes' } } };
      const written = await client.apply(CONFIG_MAPS, namespace, name, intent, {
        fieldManager: 'example',
        force: true,
      });
      configMaps.observe(written);
      return {};
    },
  });

  const watching = configMaps.run(signal);
  signal.addEventListener('abort', () => void queue.shutDown(), { once: true });
  try {
    await Promise.race([configMaps.synced, watching]);
    await elector.acquire(signal);
    const atRest = new AbortController();
    const holding = elector.hold(atRest.signal);
    await Promise.race([controller.run(cutOff.signal), holding]);
    atRest.abort();
    await holding;
    await elector.release();
  } catch (error) {
    // Stopped before it led: no failure.
    if (!signal.aborted || elector.isLeader) throw error;
  } finally {
    cutOff.abort();
    await connection.close();
  }
}
