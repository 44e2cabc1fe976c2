import { describe, expect, it } from '@jest/globals';
import { hasChanges, planText } from './plan-text.ts';
import type { PlanResult } from './preview.ts';

const result: PlanResult = {
  previews: [
    {
      object: 'TickStorm market/demo',
      change: 'changed',
      fields: [
        { path: 'spec.a', before: 5, after: 10 },
        { path: 'spec.b', before: undefined, after: 'x' },
        { path: 'spec.c', before: ['y'], after: undefined },
      ],
    },
    { object: 'Secret market/demo-auth', change: 'created', detail: 'its contents are generated' },
    { object: 'NetworkPolicy market/demo-netpol', change: 'removed' },
    { object: 'Role market/demo-role', change: 'none' },
  ],
  notes: ['its pods would be replaced'],
};

describe('planText', () => {
  it('shows fields old and new, what is made and removed, and counts the rest', () => {
    expect(planText(result)).toBe(`~ TickStorm market/demo
    ~ spec.a: 5 → 10
    + spec.b: "x"
    - spec.c: ["y"]
+ Secret market/demo-auth: its contents are generated
- NetworkPolicy market/demo-netpol
note: its pods would be replaced
1 created, 1 changed, 1 removed, 1 unchanged
`);
  });

  it('cuts long values, and shows no control characters', () => {
    const fields = [{ path: 'a', before: '\u009B31m', after: 'x'.repeat(1_000) }];
    const text = planText({ previews: [{ object: 'X n/a', change: 'changed', fields }], notes: [] });
    expect(text).not.toContain('\u009B');
    expect(text).toContain('… (1002 characters)');
  });
});

describe('hasChanges', () => {
  it('counts what would be blocked as different', () => {
    expect(hasChanges(result)).toBe(true);
    expect(hasChanges({ previews: [{ object: 'X n/a', change: 'none' }], notes: ['n'] })).toBe(false);
    expect(hasChanges({ previews: [{ object: 'X n/a', change: 'blocked' }], notes: [] })).toBe(true);
  });
});
