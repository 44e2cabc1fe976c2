import { expect, it } from '@jest/globals';
import { parseTickStorm } from '../api/v1alpha1/tick-storm.ts';
import { hostLevelProblems } from './host-level.ts';
import { buildPodSpec, podTemplateProblems } from './pod-template.ts';

it.each<[Record<string, unknown>, string]>([
  [{ hostNetwork: true }, 'spec.podTemplate.spec.hostNetwork reaches the node'],
  [{ hostPID: true }, 'spec.podTemplate.spec.hostPID reaches the node'],
  [{ volumes: [{ name: 'x', hostPath: { path: '/' } }] }, 'x must not be a hostPath'],
  [{ containers: [{ name: 'p', securityContext: { privileged: true } }] }, 'container p must not set privileged'],
  ...(
    [
      [{ seccompProfile: { type: 'Unconfined' } }, 'seccompProfile'],
      [{ appArmorProfile: { type: 'Unconfined' } }, 'appArmorProfile'],
      [{ seLinuxOptions: { type: 'spc_t' } }, 'seLinuxOptions'],
      [{ seLinuxOptions: { user: 'system_u' } }, 'seLinuxOptions'],
      [{ seLinuxOptions: { role: 'system_r' } }, 'seLinuxOptions'],
      [{ procMount: 'Unmasked' }, 'procMount'],
      [{ windowsOptions: { hostProcess: true } }, 'hostProcess'],
    ] as const
  ).map(([securityContext, field]): [Record<string, unknown>, string] => [
    { containers: [{ name: 'p', securityContext }] },
    `container p must not set ${field}`,
  ]),
  [
    { containers: [{ name: 'p', livenessProbe: { httpGet: { host: '192.0.2.1', port: 1 } } }] },
    'container p must not set probe host',
  ],
  [
    { containers: [{ name: 'p', lifecycle: { preStop: { tcpSocket: { host: '192.0.2.1', port: 1 } } } }] },
    'container p must not set probe host',
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
  const securityContext = {
    privileged: false,
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] },
    seccompProfile: { type: 'RuntimeDefault' },
    appArmorProfile: { type: 'Localhost', localhostProfile: 'x' },
    seLinuxOptions: { type: 'container_t', level: 's0' },
    procMount: 'Default',
    windowsOptions: { hostProcess: false },
  };
  const livenessProbe = { httpGet: { port: 1 } };
  const containers = [{ name: 'p', securityContext, livenessProbe, ports: [{ containerPort: 1 }] }];
  const annotations = { 'container.apparmor.security.beta.kubernetes.io/p': 'runtime/default', other: 'unconfined' };
  const overlay = { hostNetwork: false, containers, volumes: [{ name: 'x', emptyDir: {} }] };
  expect(hostLevelProblems(overlay, annotations)).toEqual([]);
});

it('of an annotation that takes the AppArmor profile away, also from the server', () => {
  const name = 'container.apparmor.security.beta.kubernetes.io/tick-storm';
  const podTemplate = { metadata: { annotations: { [name]: 'unconfined' } } };
  const parsed = parseTickStorm({ metadata: { name: 'demo', namespace: 'n', uid: 'u' }, spec: { podTemplate } });
  if (!parsed.ok) throw new Error(parsed.problem);
  const problem = `spec.podTemplate.metadata.annotations: ${name} must not be unconfined`;
  const context = { serverImage: 'image:1', allowsHostLevel: false };
  expect(podTemplateProblems(parsed.value, context)).toEqual([problem]);
  expect(podTemplateProblems(parsed.value, { ...context, allowsHostLevel: true })).toEqual([]);
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
