import { describe, expect, it } from '@jest/globals';
import { applyPatch } from './merge-patch.ts';

describe('applyPatch', () => {
  it('takes away what was applied before and is no longer there, and leaves what others have set', () => {
    const before = { spec: { replicas: 3, server: { logLevel: 'debug', batchWindowMs: 5 } }, metadata: { name: 'a' } };
    const manifest = { spec: { server: { batchWindowMs: 10 } }, metadata: { name: 'a' } };
    expect(applyPatch(before, manifest)).toEqual({
      metadata: { name: 'a' },
      spec: { replicas: null, server: { logLevel: null, batchWindowMs: 10 } },
    });
  });

  it('replaces lists, and a value by a map', () => {
    expect(applyPatch({ a: [1, 2], b: 1 }, { a: [2], b: { c: 1 } })).toEqual({ a: [2], b: { c: 1 } });
  });

  it('is the whole manifest where nothing was applied before', () => {
    expect(applyPatch(undefined, { spec: { replicas: 1 } })).toEqual({ spec: { replicas: 1 } });
  });
});
