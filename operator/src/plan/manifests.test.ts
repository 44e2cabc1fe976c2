import { describe, expect, it } from '@jest/globals';
import { readManifests } from './manifests.ts';

const demo = `apiVersion: tickstorm.io/v1alpha1
kind: TickStorm
metadata:
  name: demo
`;

describe('readManifests', () => {
  it('reads several documents, empty ones and Lists', () => {
    const list = `apiVersion: v1\nkind: List\nitems:\n  - ${demo.trimEnd().replaceAll('\n', '\n    ').replace('demo', 'listed')}\n`;
    const namespace = 'apiVersion: v1\nkind: Namespace\nmetadata: { name: market }\n';
    const read = readManifests(`# what runs here\n---\n${demo}---\n---\n${namespace}---\n${list}`, 'all.yaml');
    expect(read.tickStorms.map(({ manifest, where }) => [manifest.metadata.name, where])).toEqual([
      ['demo', 'all.yaml:3'],
      ['listed', 'all.yaml:13'],
    ]);
    expect(read.others).toMatchObject([{ kind: 'Namespace', metadata: { name: 'market' } }]);
  });

  it.each([
    ['apiVersion: [', 'f.yaml:1:14: not valid YAML'],
    [`${demo}---\nkind: TickStorm\n`, 'f.yaml:6: no apiVersion'],
    [`${demo}---\n- 1\n`, 'f.yaml:6: not a Kubernetes object'],
    [demo.replace('v1alpha1', 'v2'), 'f.yaml:1: apiVersion "tickstorm.io/v2" of kind TickStorm: tickstorm.io/v1alpha1'],
    [demo.replace('name: demo', 'labels: {}'), 'f.yaml:1: the TickStorm has no metadata.name'],
    [demo.replace('name: demo', 'name: 5'), 'f.yaml:1: metadata.name must be a string: put it in quotes'],
    [demo.replace('name: demo', 'generateName: d-'), 'only a name can be planned with, give it metadata.name'],
    [demo.replace('kind: TickStorm', 'kind: Tickstorm'), 'kind "Tickstorm" of tickstorm.io: TickStorm is needed'],
    ['apiVersion: v1\nkind: List\nitems: none\n', 'f.yaml:1: the List has no list of items'],
    ['a: *nowhere\n', 'f.yaml:1'],
  ])('says what is wrong and where: %j', (text, message) => {
    expect(() => readManifests(text, 'f.yaml')).toThrow(message);
  });

  it('quotes nothing of a broken file: a Secret may be in it', () => {
    const broken = 'apiVersion: v1\nkind: Secret\nstringData:\n  password: "hunter2\n';
    const message = ((): string => {
      try {
        readManifests(broken, 'secret.yaml');
        return '';
      } catch (error) {
        return String(error);
      }
    })();
    expect(message).toContain('secret.yaml:');
    expect(message).not.toContain('hunter2');
  });
});
