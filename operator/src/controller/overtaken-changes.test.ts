import { describe, expect, it } from '@jest/globals';
import type { KubeObject } from '../runtime/kube-object.ts';
import { DRAIN_FINALIZER } from './draining.ts';
import { showsEdit, showsOthers } from './overtaken-changes.ts';

const object = (metadata: object = {}, fields: object = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Any',
  metadata: { name: 'a', namespace: 'n', uid: 'u', generation: 1, ...metadata },
  ...fields,
});

describe('the answer of a write to a TickStorm', () => {
  it('shows no edit where only the status, finalizers of others and the version differ', () => {
    const before = object({ resourceVersion: '1' }, { status: { replicas: 1 } });
    const written = object({ resourceVersion: '3', finalizers: ['a'], annotations: {} }, { status: { replicas: 2 } });
    expect(showsEdit(written, before)).toBe(false);
  });

  it.each([
    { generation: 2 },
    { annotations: { 'tickstorm.io/paused': 'all' } },
    { labels: { team: 'a' } },
    { deletionTimestamp: '2026-01-01T00:00:00Z' },
  ])('shows the edit %j', (metadata) => {
    expect(showsEdit(object(metadata), object())).toBe(true);
  });

  it('shows that somebody has taken off the finalizer that holds it until its pods have drained', () => {
    const held = object({ finalizers: ['a', DRAIN_FINALIZER] });
    expect(showsEdit(object({ finalizers: ['a'] }), held)).toBe(true);
    expect(showsEdit(object({ finalizers: [DRAIN_FINALIZER] }), held)).toBe(false);
  });

  it('shows one where nothing was known of the TickStorm', () => {
    expect(showsEdit(object(), undefined)).toBe(true);
  });
});

describe('the answer of a write to another object', () => {
  const entry = (manager: string, fieldsV1: object): object => ({ manager, operation: 'Update', fieldsV1 });

  it('shows nothing of others where it is what we declared, nor where we made it', () => {
    const before = object({ annotations: { a: '1' } }, { spec: { replicas: 1 }, status: { replicas: 1 } });
    const written = object(
      {
        generation: 2,
        annotations: { a: '2' },
        managedFields: [entry('tickstorm-operator', { 'f:spec': { 'f:a': {} } })],
      },
      { spec: { replicas: 2 }, status: { replicas: 1 } },
    );
    expect(showsOthers(written, before)).toBe(false);
    expect(showsOthers(object({}, { status: {} }), undefined)).toBe(false);
  });

  it('shows a status that was not known, a deletion, and what others have put into it', () => {
    const before = object({}, { status: { readyReplicas: 1 } });
    expect(showsOthers(object({}, { status: { readyReplicas: 0 } }), before)).toBe(true);
    expect(showsOthers(object({ deletionTimestamp: '2026-01-01T00:00:00Z' }), object())).toBe(true);
    const added = { managedFields: [entry('kubectl-edit', { 'f:data': { 'f:a': {} } })] };
    expect(showsOthers(object(added), object())).toBe(true);
  });
});
