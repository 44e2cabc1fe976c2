import { describe, expect, it } from '@jest/globals';
import { containsIntent } from './contains-intent.ts';

describe('containsIntent', () => {
  it('lets the live object hold more', () => {
    const live = { spec: { replicas: 2, paused: false, ports: [{ name: 'tcp', port: 1, nodePort: 3 }] }, status: {} };
    expect(containsIntent(live, { spec: { replicas: 2, ports: [{ name: 'tcp', port: 1 }] } })).toBe(true);
  });

  it.each([
    ['a changed value', { a: 1 }, { a: 2 }],
    ['a missing field', {}, { a: 1 }],
    ['a missing item', { a: [{ name: 'x' }] }, { a: [{ name: 'x' }, { name: 'y' }] }],
    ['a changed item', { a: [{ name: 'x', v: 1 }] }, { a: [{ name: 'x', v: 2 }] }],
    ['another type', { a: 'text' }, { a: { b: 1 } }],
    ['a list in place of an object', { a: [] }, { a: { b: 1 } }],
    ['null', { a: null }, { a: { b: 1 } }],
  ])('finds %s', (_, live, intent) => {
    expect(containsIntent(live, intent)).toBe(false);
  });

  it('matches named items wherever they stand, others by position', () => {
    expect(containsIntent([{ name: 'b' }, { name: 'a', v: 1 }], [{ name: 'a', v: 1 }])).toBe(true);
    expect(containsIntent(['x', 'y'], ['y', 'x'])).toBe(false);
  });

  it('asks whether different texts mean the same', () => {
    const isEqual = (a: unknown, b: unknown): boolean => a === '2' && b === '2000m';
    expect(containsIntent({ cpu: '2' }, { cpu: '2000m' }, isEqual)).toBe(true);
    expect(containsIntent({ cpu: '3' }, { cpu: '2000m' }, isEqual)).toBe(false);
  });
});
