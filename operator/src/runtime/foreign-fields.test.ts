import { describe, expect, it } from '@jest/globals';
import { hasForeignPayload, hasLostFields, takenOver } from './foreign-fields.ts';
import type { KubeObject, ManagedFieldsEntry } from './kube-object.ts';

const ours: ManagedFieldsEntry = {
  manager: 'me',
  operation: 'Apply',
  fieldsV1: { 'f:spec': { 'f:ports': { 'k:{"port":80}': { '.': {}, 'f:port': {} } } } },
};

const objectOf = (...managedFields: ManagedFieldsEntry[]): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'a', managedFields },
});

const edit = (fieldsV1: unknown, extra: Partial<ManagedFieldsEntry> = {}): ManagedFieldsEntry => ({
  manager: 'kubectl-edit',
  operation: 'Update',
  fieldsV1,
  ...extra,
});

describe('hasForeignPayload', () => {
  it.each<[string, ManagedFieldsEntry, boolean]>([
    ['a field of the spec', edit({ 'f:spec': { 'f:paused': {} } }), true],
    ['a key of a ConfigMap', edit({ 'f:data': { 'f:more': {} } }), true],
    ['an annotation or a finalizer', edit({ 'f:metadata': { 'f:annotations': { 'f:x': {} } } }), false],
    ['the status', edit({ 'f:status': { 'f:replicas': {} } }, { subresource: 'status' }), false],
    ['the scale subresource', edit({ 'f:spec': { 'f:replicas': {} } }, { subresource: 'scale' }), false],
    ['pull secrets of a ServiceAccount', edit({ 'f:imagePullSecrets': {} }), false],
    [
      'a restart by kubectl rollout',
      edit({ 'f:spec': { 'f:template': { 'f:metadata': { 'f:annotations': { 'f:restartedAt': {} } } } } }),
      false,
    ],
    [
      'a container',
      edit({ 'f:spec': { 'f:template': { 'f:spec': { 'f:containers': { 'k:{"name":"spy"}': {} } } } } }),
      true,
    ],
    ['our own other records', { ...edit({ 'f:spec': { 'f:x': {} } }), manager: 'me' }, false],
  ])('%s', (_, entry, expected) => {
    expect(hasForeignPayload(objectOf(ours, entry), 'me')).toBe(expected);
  });
});

describe('hasLostFields', () => {
  const scaled = edit({ 'f:spec': { 'f:replicas': {} } }, { subresource: 'scale' });
  const applied = (spec: object): ManagedFieldsEntry => ({ ...ours, fieldsV1: { 'f:spec': spec } });

  it.each<[string, ManagedFieldsEntry, ManagedFieldsEntry, object, boolean]>([
    ['a number that is not ours any more', applied({ 'f:selector': {} }), scaled, { replicas: 2 }, true],
    ['a declared 0', applied({ 'f:selector': {} }), scaled, { replicas: 0 }, true],
    ['a number that is ours too', applied({ 'f:replicas': {} }), scaled, { replicas: 2 }, false],
    ['a number that is not declared', applied({ 'f:selector': {} }), scaled, { selector: {} }, false],
    ['the status', ours, edit({ 'f:status': { 'f:replicas': {} } }, { subresource: 'status' }), { replicas: 2 }, false],
    ['our own write of it', applied({}), { ...scaled, manager: 'me' }, { replicas: 2 }, false],
  ])('%s', (_, own, entry, spec, expected) => {
    expect(hasLostFields(objectOf(own, entry), 'me', { spec })).toBe(expected);
  });
});

describe('takenOver', () => {
  it('moves the payload of others into our record, and leaves them the rest', () => {
    const other = edit({
      'f:metadata': { 'f:annotations': { 'f:x': {} } },
      'f:spec': { 'f:ports': { 'k:{"port":81}': { '.': {}, 'f:port': {} } } },
    });
    expect(takenOver(objectOf(ours, other), 'me')).toEqual([
      {
        ...ours,
        fieldsV1: {
          'f:spec': {
            'f:ports': { 'k:{"port":80}': { '.': {}, 'f:port': {} }, 'k:{"port":81}': { '.': {}, 'f:port': {} } },
          },
        },
      },
      { ...other, fieldsV1: { 'f:metadata': { 'f:annotations': { 'f:x': {} } } } },
    ]);
  });

  it('drops records that become empty, and keeps those of subresources', () => {
    const scale = edit({ 'f:spec': { 'f:replicas': {} } }, { subresource: 'scale' });
    const records = takenOver(objectOf(ours, edit({ 'f:spec': { 'f:paused': {} } }), scale), 'me');
    expect(records.map(({ manager, subresource }) => [manager, subresource])).toEqual([
      ['me', undefined],
      ['kubectl-edit', 'scale'],
    ]);
  });

  it('changes nothing where we have applied nothing', () => {
    const other = edit({ 'f:spec': { 'f:paused': {} } });
    expect(takenOver(objectOf(other), 'me')).toEqual([other]);
  });
});
