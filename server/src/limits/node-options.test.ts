import { describe, expect, it } from '@jest/globals';
import { parseHeapMib } from './node-options.ts';

describe('parseHeapMib', () => {
  it.each([
    ['', null],
    ['--enable-source-maps', null],
    ['--max-old-space-size=466', 466],
    ['--max_old_space_size=466 --trace-gc', 466],
    ['--max-old-space-size=100 --max-old-space-size=200', 200],
    ['--max-old-space-size-percentage=50', null],
  ])('of %j is %p', (nodeOptions, heapMib) => {
    expect(parseHeapMib(nodeOptions)).toBe(heapMib);
  });
});
