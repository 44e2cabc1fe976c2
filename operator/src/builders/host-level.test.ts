import { expect, it } from '@jest/globals';
import { parseTickStorm } from '../api/v1alpha1/tick-storm.ts';
import { hostLevelProblems } from './host-level.ts';
import { buildPodSpec, podTemplateProblems } from './pod-template.ts';

it.each<[Record<string, unknown>, string]>([
  [{ hostNetwork: true }, 'spec.podTemplate.spec.hostNetwork reaches the node'],
  [{ hostPID: true }, 'spec.podTemplate.spec.hostPID reaches the node'],
  [{ volumes: [{ name: 'x', hostPath: { path: '/' } }] }, 'x must not be a hostPath'],
  [{ containers: [{ name: 'p', securityContext: { privileged: true } }] }, 'container p must not set privileged'],
  [
    { containers: [{ name: 'p', securityContext: { allowPrivilegeEscalation: true } }] },
    'container p must not set allowPrivilegeEscalation',
  ],
  [
    { initContainers: [{ name: 'p', securityContext: { capabilities: { add: ['SYS_ADMIN'] } } }] },
    'container p must not set capabilities.add',
  ],
  [{ containers: [{ name: 'p', ports: [{ containerPort: 1, hostPort: 1 }] }] }, 'must not set hostPort'],
])('of %j: %s', (overlay, expected) => {
  expect(hostLevelProblems(overlay).join('; ')).toContain(expected);
});

it('finds nothing in an overlay that stays in its sandbox', () => {
  const securityContext = { privileged: false, allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } };
  const containers = [{ name: 'p', securityContext, ports: [{ containerPort: 1 }] }];
  expect(hostLevelProblems({ hostNetwork: false, containers, volumes: [{ name: 'x', emptyDir: {} }] })).toEqual([]);
});

it('is laid over the pods only where the operator allows it', () => {
  const podTemplate = { spec: { hostNetwork: true, dnsPolicy: 'ClusterFirstWithHostNet' } };
  const parsed = parseTickStorm({ metadata: { name: 'demo', namespace: 'n', uid: 'u' }, spec: { podTemplate } });
  if (!parsed.ok) throw new Error(parsed.problem);
  const context = { serverImage: 'image:1', allowsHostLevel: false };
  expect(podTemplateProblems(parsed.value, context)).toHaveLength(1);
  expect(buildPodSpec(parsed.value, context)).not.toHaveProperty('hostNetwork');
  const allowing = { ...context, allowsHostLevel: true };
  expect(podTemplateProblems(parsed.value, allowing)).toEqual([]);
  expect(buildPodSpec(parsed.value, allowing)).toMatchObject(podTemplate.spec);
});
