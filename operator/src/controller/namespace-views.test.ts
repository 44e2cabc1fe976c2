import { expect, it } from '@jest/globals';
import { asAdmitted } from '../arithmetic/admitted-pod.ts';
import { podTotal } from '../arithmetic/pod-resources.ts';
import type { KubeObject } from '../runtime/kube-object.ts';
import { ObjectCache } from '../runtime/object-cache.ts';
import { chargedPods } from './namespace-views.ts';

/** A pod whose sidecar, of an admission webhook, takes so many millicores, with the overhead of a runtime class. */
const pod = (name: string, creationTimestamp: string, millicores: number): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'n', uid: name, creationTimestamp },
  spec: {
    containers: [{ name: 'tick-storm' }, { name: 'sidecar', resources: { limits: { cpu: `${millicores}m` } } }],
    overhead: { cpu: `${millicores}m` },
  },
});

it('reckons with pods as admission made the youngest, whatever their names', () => {
  const cache = new ObjectCache({ instance: () => ['n/demo'] });
  cache.upsert(pod('a', '2026-01-01T00:00:00Z', 100));
  cache.upsert(pod('b', '2026-01-03T00:00:00Z', 300));
  cache.upsert(pod('c', '2026-01-02T00:00:00Z', 200));
  const template = { containers: [{ name: 'tick-storm', resources: { limits: { cpu: '1' } } }] };
  const admitted = asAdmitted(template, chargedPods({ cache }, { namespace: 'n', name: 'demo' }, 0));
  expect(podTotal(admitted, 'limits', 'cpu')).toBe(podTotal(template, 'limits', 'cpu') + 600_000_000n);
});
