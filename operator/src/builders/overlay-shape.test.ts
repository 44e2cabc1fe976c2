import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { parseTickStorm } from '../api/v1alpha1/tick-storm.ts';
import { resourcesOf } from '../arithmetic/pod-resources.ts';
import { podSizes } from '../controller/pod-sizes.ts';
import { overlayShapeProblems } from './overlay-shape.ts';
import { buildPodSpec, podTemplateProblems } from './pod-template.ts';
import type { Fields } from './pod-overlay.ts';

const context = { serverImage: 'image:1', allowsHostLevel: true };
const amounts = { cpu: '1', memory: '1Gi', 'ephemeral-storage': '1Gi' };
const PATH = 'spec.podTemplate.spec';
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';
const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';

function tickStorm(overlay: Fields) {
  const parsed = parseTickStorm({
    metadata: { name: 'a', namespace: 'market', uid: 'uid-a' },
    spec: { podTemplate: { spec: overlay } },
  });
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.value;
}

/** Reads the pods as the arithmetic does. */
function reckon(overlay: Fields): void {
  const pod = resourcesOf(buildPodSpec(tickStorm(overlay), context));
  podSizes([pod], { default: amounts, defaultRequest: amounts });
}

describe('the form of an overlay', () => {
  it.each<[string, Fields]>([
    [`${PATH}.containers[1] must be an object`, { containers: [{ name: 'x' }, null] }],
    [`${PATH}.initContainers[0] must be an object`, { initContainers: ['x'] }],
    [`${PATH}.volumes[0] must be an object`, { volumes: [[]] }],
    [`${PATH}.containers[0].resources must be an object`, { containers: [{ name: 'x', resources: '1' }] }],
    [
      `${PATH}.containers[0].resources.limits must be an object`,
      { containers: [{ name: 'x', resources: { limits: 5 } }] },
    ],
    [`${PATH}.nodeSelector must be an object`, { nodeSelector: ['disk'] }],
    [`${PATH}.affinity must be an object`, { affinity: [] }],
    [`${PATH}.affinity.podAffinity must be an object`, { affinity: { podAffinity: 'x' } }],
    [
      `${PATH}.affinity.podAffinity.${REQUIRED} must be a list`,
      { affinity: { podAffinity: { [REQUIRED]: { topologyKey: 'zone' } } } },
    ],
    [
      `${PATH}.affinity.podAntiAffinity.${PREFERRED}[0] must have a podAffinityTerm`,
      { affinity: { podAntiAffinity: { [PREFERRED]: [{ weight: 100, topologyKey: 'zone' }] } } },
    ],
    [
      `${PATH}.affinity.podAffinity.${REQUIRED}[0].namespaces must be a list`,
      { affinity: { podAffinity: { [REQUIRED]: [{ namespaces: 'other' }] } } },
    ],
  ])('is refused: %s', (problem, overlay) => {
    expect(overlayShapeProblems(overlay)).toEqual([problem]);
    expect(podTemplateProblems(tickStorm(overlay), context)).toContain(problem);
    expect(() => reckon(overlay)).not.toThrow();
  });

  it.each<[string, Fields]>([
    ['of resources', { containers: [{ name: 'x', image: 'x:1', resources: null }] }],
    ['of an affinity', { affinity: null }],
    ['of namespaces', { affinity: { podAffinity: { [REQUIRED]: [{ topologyKey: 'zone', namespaces: null }] } } }],
  ])('may have a null %s, which says nothing', (_, overlay) => {
    expect(podTemplateProblems(tickStorm(overlay), context)).toEqual([]);
    expect(() => reckon(overlay)).not.toThrow();
    expect(JSON.stringify(buildPodSpec(tickStorm(overlay), context))).not.toContain('null');
  });

  it('lets every overlay be reckoned with, whatever it holds', () => {
    const leaf = fc.oneof(fc.constantFrom(null, '', '1Gi', 'x', 0, true), fc.constant({}), fc.constant([]));
    const of = (value: fc.Arbitrary<unknown>, ...names: string[]): fc.Arbitrary<Fields> =>
      fc.record(Object.fromEntries(names.map((name) => [name, fc.oneof(leaf, value)])), { requiredKeys: [] });
    const listOf = (value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
      fc.array(fc.oneof(leaf, value), { maxLength: 2 });
    const resources = of(of(leaf, 'cpu', 'memory'), 'limits', 'requests');
    const container = fc.tuple(of(resources, 'resources', 'restartPolicy'), fc.constantFrom('x', 'tick-storm', null));
    const containers = listOf(container.map(([fields, name]) => ({ ...fields, name })));
    const term = of(listOf(leaf), 'namespaces', 'namespaceSelector');
    const terms = fc.tuple(of(listOf(term), REQUIRED), of(listOf(of(term, 'podAffinityTerm')), PREFERRED));
    const affinity = of(
      terms.map(([required, preferred]) => ({ ...required, ...preferred })),
      'podAffinity',
      'podAntiAffinity',
    );
    const pod = fc.tuple(
      of(containers, 'containers', 'initContainers', 'volumes'),
      of(affinity, 'affinity'),
      of(resources, 'resources', 'overhead', 'nodeSelector', 'priorityClassName', 'activeDeadlineSeconds'),
    );
    fc.assert(
      fc.property(pod, (parts) => {
        reckon(Object.assign({}, ...parts));
      }),
      { numRuns: 2_000 },
    );
  });
});
