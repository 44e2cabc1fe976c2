import { describe, expect, it } from '@jest/globals';
import { asAdmitted } from './admitted-pod.ts';
import type { PodResources } from './pod-resources.ts';

const server = { name: 'tick-storm' };
const side = { name: 'side', resources: { limits: { cpu: '1' } } };
const pod: PodResources = { containers: [server] };
const of = (priorityClassName: string): PodResources => ({ ...pod, priorityClassName });

describe('a pod as it is admitted', () => {
  it.each<[string, PodResources[], PodResources[], string | undefined]>([
    ['the default class, which all have', [of('default'), of('default')], [pod], 'default'],
    ['none where they do not have the same', [of('default'), pod], [pod], undefined],
    [
      'none where all have one that their template names, and the spec no longer does',
      [of('gold')],
      [of('gold')],
      undefined,
    ],
    ['what the first of the new ones got', [of('default'), of('gold')], [pod, of('gold')], 'default'],
    ['none where the first of the new ones got none', [pod, of('gold')], [pod, of('gold')], undefined],
    ['none before the first pod', [], [of('gold')], undefined],
  ])('has %s', (_, running, templates, expected) => {
    expect(asAdmitted(pod, running, () => templates).priorityClassName).toBe(expected);
  });

  it('has the class that it names, whatever others have', () => {
    expect(asAdmitted(of('gold'), [of('default')]).priorityClassName).toBe('gold');
  });

  it('has the containers that admission adds, and not those that were taken out of the template', () => {
    const running = [{ containers: [server, side] }];
    const containersBeside = (template: PodResources) => asAdmitted(pod, running, () => [template]).containers;
    expect(containersBeside(pod)).toEqual([server, side]);
    expect(containersBeside({ containers: [server, side] })).toEqual([server]);
  });
});
