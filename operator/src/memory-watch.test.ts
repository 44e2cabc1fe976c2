import { describe, expect, it } from '@jest/globals';
import { MemoryWatch, type MemoryUse } from './memory-watch.ts';

const MIB = 2 ** 20;
const plenty: MemoryUse = {
  heapBytes: 60 * MIB,
  heapLimitBytes: 200 * MIB,
  residentBytes: 180 * MIB,
  limitBytes: 400 * MIB,
};

/** Looks once at each of these, and returns what was logged. */
function logged(...uses: readonly Partial<MemoryUse>[]): [string, Record<string, unknown>][] {
  const lines: [string, Record<string, unknown>][] = [];
  const warn = (message: string, fields: Record<string, unknown> = {}): void => void lines.push([message, fields]);
  const nothing = (): void => undefined;
  let now = plenty;
  const watch = new MemoryWatch({
    read: () => now,
    cachedObjects: () => ({ Pod: 6_000 }),
    logger: { warn, debug: nothing, info: nothing, error: nothing },
  });
  for (const use of uses) {
    now = { ...plenty, ...use };
    watch.look();
  }
  return lines;
}

const short = { residentBytes: 345 * MIB };

describe('MemoryWatch', () => {
  it('says nothing while there is enough, nor of a moment', () => {
    expect(logged({}, { heapBytes: 160 * MIB }, { residentBytes: 330 * MIB })).toEqual([]);
    expect(logged(short, short, {}, short, short)).toEqual([]);
  });

  it('says what runs short, of what, and what to do', () => {
    const [line] = logged(short, short, short);
    expect(line?.[0]).toContain('raise resources.limits.memory');
    expect(line?.[1]).toMatchObject({ residentMebibytes: 345, limitMebibytes: 400, objects: { Pod: 6_000 } });
    const full = { heapBytes: 171 * MIB };
    expect(logged(full, full, full)).toHaveLength(1);
  });

  it('says it once until there is enough again', () => {
    const lasting = [short, short, short];
    expect(logged(...lasting, { residentBytes: 320 * MIB }, ...lasting)).toHaveLength(1);
    expect(logged(...lasting, {}, ...lasting)).toHaveLength(2);
  });
});
