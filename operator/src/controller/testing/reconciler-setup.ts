import type { ApiClient } from '../../runtime/api-client.ts';
import { Applier } from '../../runtime/applier.ts';
import { byNamespace } from '../../runtime/indexes.ts';
import { Informer } from '../../runtime/informer.ts';
import type { KubeObject } from '../../runtime/kube-object.ts';
import type { ResourceType } from '../../runtime/resource-type.ts';
import { KeepingLogger } from '../../runtime/testing/keeping-logger.ts';
import { trusted } from '../../runtime/trusted.ts';
import type { Load } from '../../scaling/autoscaler-floor.ts';
import { PodDrains } from '../../scaling/pod-drains.ts';
import { ScaleInControl } from '../../scaling/scale-in-control.ts';
import { FakePods } from '../../scaling/testing/fake-pods.ts';
import { AdminTokens } from '../admin-tokens.ts';
import { Credentials } from '../credentials.ts';
import { Draining } from '../draining.ts';
import { byNamespaceIfForeign } from '../foreign-budgets.ts';
import { GeneratedSecrets } from '../generated-secrets.ts';
import { FIELD_MANAGER } from '../field-manager.ts';
import { ScaleWriter } from '../hand-scaling.ts';
import { InstanceEvents } from '../instance-events.ts';
import { InstanceReconciler } from '../instance-reconciler.ts';
import {
  OPTIONAL_KINDS,
  OWNED_KINDS,
  POD,
  SHARED_KINDS,
  TICK_STORM,
  type OptionalKind,
  type OwnedKind,
} from '../kinds.ts';
import { ObjectKeeper } from '../object-keeper.ts';
import { ownerKeys } from '../ownership.ts';
import { Planner } from '../planner.ts';
import { QuotaRetry } from '../quota-retry.ts';
import { SecretPace } from '../secret-pace.ts';
import { SpecGenerations } from '../spec-generations.ts';
import { StatusWriter } from '../status-writer.ts';
import { Succession } from '../succession.ts';
import { TlsSecrets } from '../tls-secrets.ts';

import { ObjectStore } from './object-store.ts';

/** A reconciler of the TickStorm `n/demo` over a store, with all that it looks at. */
export function setup(spec: object, annotations: Record<string, string> = {}) {
  const admin = new FakePods();
  const store = new ObjectStore();
  const client = trusted<ApiClient>(store);
  const clock = { nowMs: 0 };
  const load: { value: Load | undefined } = { value: undefined };
  const now = (): number => clock.nowMs;
  const podContext = { serverImage: 'image:1', allowsHostLevel: false };
  const informer = (type: ResourceType): Informer =>
    new Informer({
      client,
      type,
      namespaces: [],
      logger: new KeepingLogger(),
      onChange: () => undefined,
      indexers: { namespace: byNamespace, instance: ownerKeys, foreign: byNamespaceIfForeign },
    });
  const tickStorms = informer(TICK_STORM);
  const everyones = informer(SHARED_KINDS.ResourceQuota);
  const pods = informer(POD);
  const pace = new SecretPace({ now, tickStorms, pods });
  const owned = trusted<Record<OwnedKind, Informer>>(
    Object.fromEntries(Object.entries(OWNED_KINDS).map(([kind, type]) => [kind, informer(type)])),
  );
  const optional = trusted<Record<OptionalKind, { isAvailable: boolean; informer: Informer }>>(
    Object.fromEntries(
      Object.entries(OPTIONAL_KINDS).map(([kind, type]) => [kind, { isAvailable: false, informer: informer(type) }]),
    ),
  );
  const tickStorm: KubeObject = {
    apiVersion: TICK_STORM.apiVersion,
    kind: TICK_STORM.kind,
    metadata: { name: 'demo', namespace: 'n', uid: 'uid-demo', resourceVersion: '0', generation: 1, annotations },
    spec,
  };
  store.objects.set('TickStorm n/demo', tickStorm);
  tickStorms.cache.upsert(tickStorm);
  const keeper = new ObjectKeeper({
    applier: new Applier({ client: trusted(store), fieldManager: FIELD_MANAGER, digestAnnotation: 'digest' }),
    owned,
    optional,
    succession: new Succession({ client, now }),
  });
  const reconciler = new InstanceReconciler({
    keeper,
    draining: new Draining({ client, keeper, tickStorms, pods, now, monotonicNow: now, losesRights: () => false }),
    tls: new TlsSecrets({ client, now, pace }),
    pace,
    operatorNamespace: 'operators',
    scale: new ScaleWriter(client, tickStorms),
    tickStorms,
    credentials: new Credentials({ client, now, pace }),
    adminTokens: new AdminTokens(new GeneratedSecrets(client, now), now, pace),
    status: new StatusWriter({ client, tickStorms, now }),
    generations: new SpecGenerations(),
    events: new InstanceEvents({ record: () => undefined }),
    podContext,
    operatorMark: 'test',
    planner: new Planner({
      tickStorms,
      quotas: everyones,
      limitRanges: everyones,
      pods,
      deployments: owned.Deployment,
      budgets: owned.PodDisruptionBudget,
      nodes: () => undefined,
      podContext,
      now,
    }),
    pods,
    scaleIn: new ScaleInControl({
      pods,
      drains: new PodDrains({ client: admin.client, admin, pods, now }),
      connections: async () => new Map(),
      token: async () => 'token',
      now,
    }),
    quotaRetry: new QuotaRetry(client, now, now),
    shared: () => ({ problems: [] }),
    stats: () => undefined,
    load: () => load.value,
    now,
  });
  return { reconciler, store, clock, tickStorms, everyones, owned, optional, pods, admin, load };
}
