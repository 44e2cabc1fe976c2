import { describe, expect, it } from '@jest/globals';
import { SharedParts } from './shared-parts.ts';

describe('SharedParts', () => {
  it('gives one copy of what is alike, and tells apart what is not', () => {
    const parts = new SharedParts();
    const labels = parts.share({ app: 'demo' });
    expect(parts.share({ app: 'demo' })).toBe(labels);
    expect(parts.share({ app: 'other' })).toEqual({ app: 'other' });
    expect(parts.share([{ app: 'demo' }])).toEqual([{ app: 'demo' }]);
  });

  it('remembers no more than its bound', () => {
    const parts = new SharedParts(2);
    const first = parts.share({ of: 1 });
    parts.share({ of: 2 });
    expect(parts.share({ of: 1 })).toBe(first);
    parts.share({ of: 3 });
    expect(parts.share({ of: 1 })).not.toBe(first);
  });
});
