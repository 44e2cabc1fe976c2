import type { FakeObject } from './fake-object.ts';
import { entryOf } from './field-set.ts';

interface Container {
  readonly name: string;
  readonly image: string;
  readonly [field: string]: unknown;
}

interface Template {
  readonly metadata?: { readonly labels?: Readonly<Record<string, string>>; readonly annotations?: object };
  readonly spec: { readonly containers: readonly Container[]; readonly [field: string]: unknown };
}

const STARTED = '2026-01-02T03:04:05Z';
const REPLICA_SET = '5d4f8c6b9d';

const probed = (probe: unknown): object => ({
  ...{ timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 },
  ...(probe as object),
});

/** A running pod of a Deployment, as the API server returns it once the kubelet has told its status: about 9 KB. */
export function runningPod(deployment: FakeObject, index: number, address: string): FakeObject {
  const { name: owner, namespace } = deployment.metadata;
  const { template } = deployment['spec'] as { readonly template: Template };
  const suffix = index.toString(36).padStart(5, 'x');
  const name = `${owner}-${REPLICA_SET}-${suffix}`;
  const containers = template.spec.containers.map((container): Container => ({
    ...{ terminationMessagePath: '/dev/termination-log', terminationMessagePolicy: 'File' },
    ...container,
    ...Object.fromEntries(
      ['livenessProbe', 'readinessProbe', 'startupProbe'].flatMap((probe) =>
        container[probe] === undefined ? [] : [[probe, probed(container[probe])]],
      ),
    ),
  }));
  const made = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      generateName: `${owner}-${REPLICA_SET}-`,
      namespace,
      generation: 1,
      creationTimestamp: STARTED,
      labels: { ...template.metadata?.labels, 'pod-template-hash': REPLICA_SET },
      ...(template.metadata?.annotations !== undefined && { annotations: template.metadata.annotations }),
      ownerReferences: [
        {
          ...{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: `${owner}-${REPLICA_SET}` },
          ...{ uid: deployment.metadata.uid, controller: true, blockOwnerDeletion: true },
        },
      ],
    },
    spec: { ...template.spec, containers },
  };
  const conditions = ['PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady', 'PodScheduled'];
  const status = {
    observedGeneration: 1,
    phase: 'Running',
    conditions: conditions.map((type) => ({
      ...{ type, status: 'True', observedGeneration: 1, lastProbeTime: null, lastTransitionTime: STARTED },
    })),
    hostIP: '10.0.0.1',
    hostIPs: [{ ip: '10.0.0.1' }],
    podIP: address,
    podIPs: [{ ip: address }],
    startTime: STARTED,
    qosClass: 'Burstable',
    containerStatuses: containers.map((container) => ({
      name: container.name,
      state: { running: { startedAt: STARTED } },
      lastState: {},
      ...{ ready: true, restartCount: 0, started: true },
      image: container.image,
      imageID: `${container.image}@sha256:${'3f'.repeat(32)}`,
      containerID: `containerd://${index.toString(16).padStart(64, '0')}`,
      volumeMounts: container['volumeMounts'],
      resources: container['resources'],
    })),
  };
  const managedFields = [
    entryOf(made, { manager: 'kube-controller-manager', operation: 'Update' }),
    entryOf({ apiVersion: 'v1', status }, { manager: 'kubelet', operation: 'Update', subresource: 'status' }),
  ];
  const defaults = {
    ...{ restartPolicy: 'Always', dnsPolicy: 'ClusterFirst', schedulerName: 'default-scheduler', priority: 0 },
    ...{ nodeName: `node-${index % 20}`, preemptionPolicy: 'PreemptLowerPriority', enableServiceLinks: true },
    tolerations: ['not-ready', 'unreachable'].map((taint) => ({
      ...{ key: `node.kubernetes.io/${taint}`, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 },
    })),
  };
  return {
    ...made,
    metadata: { ...made.metadata, managedFields },
    spec: { ...defaults, ...made.spec },
    status,
  };
}
