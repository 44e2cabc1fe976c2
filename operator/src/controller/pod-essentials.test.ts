import { describe, expect, it } from '@jest/globals';
import { podTotal, type PodResources } from '../arithmetic/pod-resources.ts';
import type { KubeObject } from '../runtime/kube-object.ts';
import { SharedParts } from '../runtime/shared-parts.ts';
import { trusted } from '../runtime/trusted.ts';
import { podView } from '../scaling/pod-view.ts';
import { ownerKeys } from './ownership.ts';
import { podEssentials } from './pod-essentials.ts';
import { podTroubleOf } from './pod-trouble.ts';

const resources = { limits: { cpu: '2', memory: '2Gi' }, requests: { cpu: '500m' } };
const probe = { httpGet: { path: '/readyz', port: 'admin' }, periodSeconds: 5, timeoutSeconds: 2 };

/** A pod as the API server gives it, as far as it matters how much that is. */
const pod: KubeObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: 'demo-5d4f8-x2v7k',
    namespace: 'market',
    uid: '6f1c2a0e-3b1d-4a53-9a68-2f6a5d0e9b11',
    resourceVersion: '4711',
    creationTimestamp: '2026-01-02T03:04:05Z',
    labels: { 'app.kubernetes.io/managed-by': 'tick-storm-operator', 'app.kubernetes.io/instance': 'demo' },
    annotations: {
      'tickstorm.io/drain-started-at': '2026-01-02T04:00:00Z',
      'controller.kubernetes.io/pod-deletion-cost': '-7',
      'tickstorm.io/config': 'a'.repeat(64),
    },
    ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'demo-5d4f8', uid: 'rs', controller: true }],
    managedFields: [{ manager: 'kubelet', operation: 'Update', fieldsV1: { 'f:status': { 'f:phase': {} } } }],
  },
  spec: {
    nodeName: 'node-1',
    priorityClassName: 'gold',
    overhead: { cpu: '100m' },
    initContainers: [{ name: 'sidecar', image: 'proxy:1', restartPolicy: 'Always', resources }],
    containers: [
      {
        name: 'tick-storm',
        image: 'server:1',
        resources,
        livenessProbe: probe,
        readinessProbe: probe,
        startupProbe: probe,
        env: Array.from({ length: 30 }, (_, index) => ({ name: `SETTING_${index}`, value: String(index) })),
        volumeMounts: [{ name: 'config', mountPath: '/etc/tick-storm', readOnly: true }],
      },
    ],
    volumes: [{ name: 'config', configMap: { name: 'demo-config', defaultMode: 420 } }],
    tolerations: [{ key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute' }],
  },
  status: {
    phase: 'Running',
    podIP: '10.0.0.7',
    podIPs: [{ ip: '10.0.0.7' }],
    conditions: [
      { type: 'Ready', status: 'False', lastTransitionTime: '2026-01-02T03:04:05Z' },
      { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: 'no zone is left' },
    ],
    containerStatuses: [
      {
        name: 'tick-storm',
        imageID: 'sha256:1',
        state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 10s' } },
        lastState: { terminated: { reason: 'OOMKilled', exitCode: 137, finishedAt: '2026-01-02T03:04:05Z' } },
      },
    ],
  },
};

const specOf = (object: KubeObject): PodResources => trusted<PodResources>(object['spec']);

describe('what is kept of a pod', () => {
  const kept = podEssentials(pod, new SharedParts());

  it('tells whoever looks what the pod does', () => {
    expect(podView(kept)).toEqual(podView(pod));
    expect(podView(kept)).toMatchObject({ address: '10.0.0.7', deletionCost: -7, isAssigned: true });
    expect(ownerKeys(kept)).toEqual(['market/demo']);
    expect(podTroubleOf([kept])).toEqual(podTroubleOf([pod]));
    expect(podTroubleOf([kept])?.message).toContain('exit code 137 (OOMKilled)');
    const unplaced = { ...pod, status: { ...trusted<object>(pod['status']), containerStatuses: [] } };
    expect(podTroubleOf([podEssentials(unplaced, new SharedParts())])?.message).toContain('no zone is left');
    for (const bound of ['limits', 'requests'] as const) {
      expect(podTotal(specOf(kept), bound, 'cpu')).toBe(podTotal(specOf(pod), bound, 'cpu'));
    }
    expect(specOf(kept).priorityClassName).toBe('gold');
    const crossing = { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ namespaceSelector: {} }] } };
    const near = { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{}] } };
    const affinityOf = (affinity: object) =>
      specOf(podEssentials({ ...pod, spec: { ...specOf(pod), affinity } }, new SharedParts())).affinity;
    expect([affinityOf(crossing), affinityOf(near)]).toEqual([crossing, undefined]);
    const cpu = { limits: { cpu: '7' } };
    const whole = podEssentials({ ...pod, spec: { ...specOf(pod), resources: cpu } }, new SharedParts());
    expect(specOf(whole).resources).toEqual(cpu);
    const times = { deletionTimestamp: '2026-01-02T05:00:00Z', deletionGracePeriodSeconds: 75 };
    expect(
      podEssentials({ ...pod, metadata: { ...pod.metadata, ...times } }, new SharedParts()).metadata,
    ).toMatchObject(times);
    expect(kept.metadata.resourceVersion).toBe('4711');
  });

  it('is less than half of it', () => {
    expect(JSON.stringify(kept).length).toBeLessThan(JSON.stringify(pod).length / 2);
  });

  it('is kept once of what pods have in common', () => {
    const parts = new SharedParts();
    const first = podEssentials(pod, parts);
    const other = structuredClone({ ...pod, metadata: { ...pod.metadata, name: 'demo-5d4f8-abcde', uid: 'other' } });
    const second = podEssentials(other, parts);
    expect(second.metadata.name).toBe('demo-5d4f8-abcde');
    expect(second.metadata.labels).toBe(first.metadata.labels);
    expect(second.metadata.ownerReferences).toBe(first.metadata.ownerReferences);
    expect(specOf(second).containers).toBe(specOf(first).containers);
    const conditionsOf = ({ status }: KubeObject): unknown => trusted<{ conditions: unknown }>(status).conditions;
    expect(conditionsOf(second)).toBe(conditionsOf(first));
  });

  it('is of a container that has crashed only what makes no pod one of its kind', () => {
    const parts = new SharedParts();
    const crashed = (index: number): KubeObject => {
      const terminated = {
        reason: 'OOMKilled',
        exitCode: 137,
        startedAt: `2026-01-02T03:04:0${index}Z`,
        containerID: `containerd://${index}`,
        message: `last words of ${index}`,
      };
      const waiting = { reason: 'CrashLoopBackOff', message: `back-off ${index}0s restarting failed container` };
      const status = { containerStatuses: [{ name: 'tick-storm', state: { waiting }, lastState: { terminated } }] };
      return podEssentials({ ...pod, status }, parts);
    };
    const statusesOf = ({ status }: KubeObject): unknown =>
      trusted<{ containerStatuses: unknown }>(status).containerStatuses;
    const first = statusesOf(crashed(1));
    expect(first).toEqual([
      {
        name: 'tick-storm',
        state: { waiting: { reason: 'CrashLoopBackOff' } },
        lastState: { terminated: { reason: 'OOMKilled', exitCode: 137 } },
      },
    ]);
    expect(statusesOf(crashed(2))).toBe(first);
  });

  it('has the words about an image or a configuration that the container waits for', () => {
    const waiting = { reason: 'ErrImagePull', message: 'not found' };
    const status = { containerStatuses: [{ name: 'tick-storm', state: { waiting } }] };
    const waits = podEssentials({ ...pod, status }, new SharedParts());
    expect(waits['status']).toMatchObject(status);
    expect(podTroubleOf([waits])?.message).toContain('ErrImagePull: not found');
  });

  it('is nothing more of a pod that has neither spec nor status', () => {
    const bare = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', namespace: 'n' } };
    expect(podEssentials(bare, new SharedParts())).toEqual({
      ...bare,
      metadata: { ...bare.metadata, annotations: {} },
    });
  });
});
