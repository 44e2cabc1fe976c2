import { describe, expect, it } from '@jest/globals';
import type { KubeObject } from '../runtime/kube-object.ts';
import { diffObjects } from './object-diff.ts';

const object = (fields: object, metadata: object = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'a', namespace: 'n', ...metadata },
  ...fields,
});

describe('diffObjects', () => {
  it('passes over what the API server keeps, bookkeeping and the status', () => {
    const before = object({ status: { a: 1 } }, { resourceVersion: '1', generation: 1, managedFields: [] });
    const annotations = {
      'tickstorm.io/intent-digest': 'x',
      'kubectl.kubernetes.io/last-applied-configuration': '{"a":1}',
    };
    const after = object({ status: { a: 2 } }, { resourceVersion: '2', generation: 2, annotations });
    expect(diffObjects(before, after)).toEqual([]);
  });

  it('names changed, added and removed fields', () => {
    const before = object({ spec: { a: 1, b: { c: true } } }, { annotations: { 'x.io/y': '1' } });
    const after = object({ spec: { a: 2, d: null } }, { annotations: { 'x.io/y': '2' } });
    expect(diffObjects(before, after)).toEqual([
      { path: 'spec.a', before: 1, after: 2 },
      { path: 'spec.b', before: { c: true }, after: undefined },
      { path: 'spec.d', before: undefined, after: null },
      { path: 'metadata.annotations["x.io/y"]', before: '1', after: '2' },
    ]);
  });

  it('matches items of lists by what tells them apart', () => {
    const env = (...pairs: [string, string][]): KubeObject =>
      object({ env: pairs.map(([name, value]) => ({ name, value })) });
    expect(diffObjects(env(['A', '1'], ['B', '2']), env(['C', '3'], ['A', '9']))).toEqual([
      { path: 'env[A].value', before: '1', after: '9' },
      { path: 'env[B]', before: { name: 'B', value: '2' }, after: undefined },
      { path: 'env[C]', before: undefined, after: { name: 'C', value: '3' } },
    ]);
    // Variables are expanded in their order.
    expect(diffObjects(env(['A', '1'], ['B', '2']), env(['B', '2'], ['A', '1']))).toHaveLength(1);
  });

  it('compares other lists as a whole', () => {
    expect(diffObjects(object({ args: ['a', 'b'] }), object({ args: ['a'] }))).toEqual([
      { path: 'args', before: ['a', 'b'], after: ['a'] },
    ]);
  });

  it('reads configuration files, and tells a change of their spelling alone', () => {
    const config = (text: string): KubeObject => object({ data: { 'config.json': text } });
    expect(diffObjects(config('{"a": 1, "b": 2}'), config('{"a": 1, "b": 3}'))).toEqual([
      { path: 'data["config.json"].b', before: 2, after: 3 },
    ]);
    expect(diffObjects(config('{"a": 1}'), config('{ "a": 1 }'))).toHaveLength(1);
  });
});
