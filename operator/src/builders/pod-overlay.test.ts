import { describe, expect, it } from '@jest/globals';
import { mergePodSpec, overlayProblems } from './pod-overlay.ts';

const base = {
  containers: [
    {
      name: 'tick-storm',
      image: 'server:1',
      env: [{ name: 'WORKERS', value: '2' }],
      volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
    },
  ],
  volumes: [{ name: 'tmp', emptyDir: {} }],
  nodeSelector: { 'kubernetes.io/os': 'linux' },
};

describe('an overlay', () => {
  it('is merged by names and paths, not by position', () => {
    const merged = mergePodSpec(base, {
      containers: [
        { name: 'proxy', image: 'proxy:1' },
        {
          name: 'tick-storm',
          env: [{ name: 'TZ', value: 'UTC' }],
          volumeMounts: [{ name: 'extra', mountPath: '/extra' }],
        },
      ],
      volumes: [{ name: 'extra', emptyDir: {} }],
      nodeSelector: { disk: 'fast' },
      dnsPolicy: 'Default',
    });
    expect(merged).toEqual({
      containers: [
        {
          name: 'tick-storm',
          image: 'server:1',
          env: [
            { name: 'WORKERS', value: '2' },
            { name: 'TZ', value: 'UTC' },
          ],
          volumeMounts: [
            { name: 'tmp', mountPath: '/tmp' },
            { name: 'extra', mountPath: '/extra' },
          ],
        },
        { name: 'proxy', image: 'proxy:1' },
      ],
      volumes: [
        { name: 'tmp', emptyDir: {} },
        { name: 'extra', emptyDir: {} },
      ],
      nodeSelector: { 'kubernetes.io/os': 'linux', disk: 'fast' },
      dnsPolicy: 'Default',
    });
  });

  it('removes a field by null, and leaves the base as it was', () => {
    const before = structuredClone(base);
    expect(mergePodSpec(base, { nodeSelector: null })).not.toHaveProperty('nodeSelector');
    expect(base).toEqual(before);
  });

  it.each<[Record<string, unknown>, string | undefined]>([
    [{ containers: [{ name: 'proxy', image: 'p' }], volumes: [{ name: 'x' }], dnsPolicy: 'None' }, undefined],
    [{ containers: [{ name: 'tick-storm', env: [{ name: 'TZ' }] }] }, undefined],
    [{ terminationGracePeriodSeconds: 1 }, 'terminationGracePeriodSeconds cannot be set'],
    [{ securityContext: { runAsUser: 0 } }, 'securityContext cannot be set'],
    [{ volumes: [{ name: 'tmp', hostPath: { path: '/' } }] }, "volume tmp is the operator's"],
    [{ volumes: null }, 'spec.podTemplate.spec.volumes cannot be removed'],
    [{ containers: null }, 'spec.podTemplate.spec.containers cannot be removed'],
    [{ containers: { name: 'x' } }, 'spec.podTemplate.spec.containers must be a list'],
    [{ containers: [{ image: 'p' }] }, 'every item must have a name'],
    [{ containers: [{ name: 'tick-storm', command: ['sh'] }] }, 'containers[tick-storm].command cannot be set here'],
    [{ containers: [{ name: 'tick-storm', env: null }] }, 'containers[tick-storm].env cannot be removed'],
    [
      { containers: [{ name: 'tick-storm', env: [{ name: 'WORKERS', value: '9' }] }] },
      'WORKERS is set by the operator',
    ],
    [{ containers: [{ name: 'tick-storm', volumeMounts: [{ mountPath: '/tmp' }] }] }, '/tmp is taken'],
  ])('of %j: %s', (overlay, expected) => {
    const problems = overlayProblems(base, overlay, 'tick-storm').join('; ');
    if (expected === undefined) expect(problems).toBe('');
    else expect(problems).toContain(expected);
  });
});
