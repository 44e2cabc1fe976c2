import { describe, expect, it } from '@jest/globals';
import type { V1PodTemplateSpec } from '@kubernetes/client-node';
import type { KubeObject } from '../runtime/kube-object.ts';
import { chooseTemplate, type TemplateChoice, type TemplateQuestion } from './template-choice.ts';
import { templateSource } from './template-source.ts';

const template = (image: string): V1PodTemplateSpec => ({ spec: { containers: [{ name: 'tick-storm', image }] } });

/** The Deployment after a choice was applied, its pods having come up or not. */
function applied({ annotations }: TemplateChoice, reason = 'NewReplicaSetAvailable'): KubeObject {
  const conditions = [{ type: 'Progressing', status: 'True', reason }];
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'demo', generation: 1, annotations },
    status: { observedGeneration: 1, conditions },
  };
}

const sourceOf = (image: string): string =>
  templateSource({
    apiVersion: 'tickstorm.io/v1alpha1',
    kind: 'TickStorm',
    metadata: { name: 'demo' },
    spec: { image },
  });

const choose = (image: string, changes: Partial<TemplateQuestion> = {}): TemplateChoice =>
  chooseTemplate({
    built: template(image),
    operator: '1',
    source: sourceOf('x'),
    deployment: undefined,
    isUnchanged: true,
    rollBack: undefined,
    isRefused: false,
    allowsHostLevel: false,
    ...changes,
  });

/** The choice after what the pods are made from has changed. */
const chooseAnew = (image: string, changes: Partial<TemplateQuestion> = {}): TemplateChoice =>
  choose(image, { source: sourceOf('y'), ...changes });

/** What an operator has left that kept no source. */
function sourceless(choice: TemplateChoice): TemplateChoice {
  const { 'tickstorm.io/pod-template-source': _, ...annotations } = choice.annotations;
  return { ...choice, annotations };
}

const imageOf = ({ template: { spec } }: TemplateChoice): string | undefined => spec?.containers[0]?.image;
const outline = (made: TemplateChoice): string => `${imageOf(made)} ${made.state}`;

const first = choose('a');

describe('the template of the pods', () => {
  it('is that of the spec at first, and stays the same', () => {
    expect(outline(first)).toBe('a declared');
    const again = choose('a', { deployment: applied(first) });
    expect(again).toEqual(first);
  });

  it('follows the spec', () => {
    expect(outline(chooseAnew('b', { deployment: applied(first) }))).toBe('b declared');
    // Also when its change was seen before and could not be applied: the operator is the same.
    expect(outline(choose('b', { deployment: applied(first) }))).toBe('b declared');
  });

  it('follows the spec where nothing is kept of an earlier one, or what is kept is no template', () => {
    const bare = applied({ ...first, annotations: {} });
    const broken = applied({ ...first, annotations: { 'tickstorm.io/pod-template': '0123456789:AAAA' } });
    for (const deployment of [bare, broken]) {
      expect(outline(choose('b', { deployment, operator: '2' }))).toBe('b declared');
    }
  });
});

describe('another operator', () => {
  const held = choose('b', { deployment: applied(first), operator: '2' });

  it('changes no pods by itself', () => {
    expect(outline(held)).toBe('a held-back');
    // The spec may meanwhile change in what pods do not depend on, such as their number.
    const { annotations, ...others } = chooseAnew('b', { deployment: applied(held), operator: '2' });
    expect(others).toMatchObject({ state: 'held-back', digest: held.digest });
    expect(annotations).toEqual({ ...held.annotations, 'tickstorm.io/pod-template-source': sourceOf('y') });
  });

  it('nor does one after it', () => {
    expect(outline(choose('c', { deployment: applied(held), operator: '3' }))).toBe('a held-back');
  });

  it('writes nothing more once it is back at the template that is there', () => {
    const back = choose('a', { deployment: applied(held), operator: '1' });
    expect(outline(back)).toBe('a declared');
    expect(choose('a', { deployment: applied(back), operator: '1' })).toEqual(back);
  });

  it('gives the pods its own with the next change of the spec', () => {
    const changed = chooseAnew('c', { deployment: applied(held), operator: '2' });
    expect(outline(changed)).toBe('c declared');
    // Also when the spec has changed before it came, and whether or not that was looked at and could be applied.
    for (const isUnchanged of [true, false]) {
      expect(outline(chooseAnew('b', { deployment: applied(first), operator: '2', isUnchanged }))).toBe('b declared');
    }
  });

  it('changes no pods where something was written meanwhile that they are not made from', () => {
    expect(outline(choose('b', { deployment: applied(first), operator: '2', isUnchanged: false }))).toBe('a held-back');
  });

  it('goes by the generation where the one before it has not kept what it made the pods from, or in a way that it does not know', () => {
    const unknown = { 'tickstorm.io/pod-template-source': '9-x' };
    const befores = [sourceless(first), { ...first, annotations: { ...first.annotations, ...unknown } }];
    for (const deployment of befores.map((before) => applied(before))) {
      expect(outline(choose('b', { deployment, operator: '2' }))).toBe('a held-back');
      expect(outline(choose('b', { deployment, operator: '2', isUnchanged: false }))).toBe('b declared');
    }
  });
});

describe('a template whose pods do not come up', () => {
  const stuck = chooseAnew('b', { deployment: applied(first) });
  const deployment = applied(stuck, 'ReplicaSetUpdated');

  it('can be given up for the last one whose pods did', () => {
    expect(stuck.canRollBack).toBe(true);
    const back = choose('b', { deployment, rollBack: stuck.digest });
    expect(outline(back)).toBe('a rolled-back');
    expect(choose('b', { deployment: applied(back), rollBack: stuck.digest })).toEqual(back);
  });

  it('is not the last good one, whatever comes after it', () => {
    const third = chooseAnew('c', { deployment });
    const back = choose('c', { deployment: applied(third, 'ReplicaSetUpdated'), rollBack: third.digest });
    expect(outline(back)).toBe('a rolled-back');
  });

  it('is left for the spec again once that has changed', () => {
    const back = choose('b', { deployment, rollBack: stuck.digest });
    const next = chooseAnew('c', { deployment: applied(back), rollBack: stuck.digest });
    expect(outline(next)).toBe('c declared');
  });

  it('cannot be given up any more once its pods have come up', () => {
    expect(choose('b', { deployment: applied(stuck) }).canRollBack).toBe(false);
    expect(choose('b', { deployment }).canRollBack).toBe(true);
  });

  it('cannot be given up where none came up before', () => {
    expect(first.canRollBack).toBe(false);
    expect(outline(choose('a', { deployment: applied(first), rollBack: first.digest }))).toBe('a declared');
  });
});

describe('an overlay that is refused', () => {
  it('leaves the pods and their record as they are, also under another operator or a roll-back', () => {
    const stuck = chooseAnew('b', { deployment: applied(first) });
    const deployment = applied(stuck, 'ReplicaSetUpdated');
    const refused = { deployment, isRefused: true, source: sourceOf('z') };
    for (const changes of [{}, { operator: '2' }, { rollBack: stuck.digest }]) {
      const made = choose('c', { ...refused, ...changes });
      expect(outline(made)).toBe('b refused');
      expect(made.annotations).toEqual(stuck.annotations);
    }
  });

  it('is out of the way once it is taken', () => {
    const refused = choose('c', { deployment: applied(first), isRefused: true, source: sourceOf('z') });
    expect(outline(choose('a', { deployment: applied(refused) }))).toBe('a declared');
    expect(outline(chooseAnew('d', { deployment: applied(refused), operator: '2' }))).toBe('d declared');
  });

  it('gets no more of pods with host-level fields where these are no longer allowed', () => {
    const spec = { hostNetwork: true, containers: [{ name: 'tick-storm', image: 'a' }] };
    const deployment = applied(choose('a', { built: { spec }, allowsHostLevel: true }));
    const refused = { deployment, isRefused: true };
    expect(choose('b', refused).state).not.toBe('refused');
    expect(choose('b', { ...refused, allowsHostLevel: true }).template).toEqual({ spec });
  });

  it('has nothing to leave as it is where nothing is kept, or what is kept is no template', () => {
    const broken = applied({ ...first, annotations: { 'tickstorm.io/pod-template': '0123456789:AAAA' } });
    for (const deployment of [undefined, applied({ ...first, annotations: {} }), broken]) {
      expect(choose('b', { deployment, isRefused: true }).state).not.toBe('refused');
    }
  });
});
