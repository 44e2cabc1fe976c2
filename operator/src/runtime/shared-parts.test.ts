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

  it('remembers no more text than its bound', () => {
    const parts = new SharedParts();
    // With the brackets and quotes of its JSON each is of 4,096 characters: 1,024 of them are 4 MiB.
    const part = (index: number): string[] => [String(index).padStart(4_096 - 4)];
    const first = parts.share(part(0));
    for (let index = 1; index < 1_024; index++) parts.share(part(index));
    expect(parts.share(part(0))).toBe(first);
    parts.share(part(1_024));
    expect(parts.share(part(0))).not.toBe(first);
  });

  it('remembers nothing that is long', () => {
    const parts = new SharedParts();
    const long = ['x'.repeat(4_096)];
    expect(parts.share(long)).toBe(long);
    expect(parts.share([...long])).not.toBe(long);
  });
});
