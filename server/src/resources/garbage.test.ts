import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, jest } from '@jest/globals';
import { trimRegularly } from './garbage.ts';

const garbage = fileURLToPath(new URL('garbage.ts', import.meta.url));
const libcFile = fileURLToPath(new URL('../limits/libc.ts', import.meta.url));
const procStatus = fileURLToPath(new URL('../limits/proc-status.ts', import.meta.url));
const flags = ['--conditions=source', '--input-type=module', '--eval'];

/** The second hash takes its 16 MiB from the C library's heap, which the first one, mapped and freed, has taught it. */
const afterHashes = `
  import { scryptSync } from 'node:crypto';
  import { loadLibc } from ${JSON.stringify(libcFile)};
  import { processBytes } from ${JSON.stringify(procStatus)};
  const libc = await loadLibc();
  for (let hash = 0; hash < 2; hash++) scryptSync('', '', 32, { N: 2 ** 14, r: 8, maxmem: 2 ** 26 });
  const before = processBytes('RssAnon');
  libc.trimMemory();
  console.log(before, processBytes('RssAnon'));
`;

/** An idle process, which the engine lets grow to four times what is alive, its most. */
const program = `
  import { collectGarbage, letHeapGrow } from ${JSON.stringify(garbage)};
  const kept = Array.from({ length: 500_000 }, (_, index) => ({ index }));
  collectGarbage();
  letHeapGrow();
  collectGarbage();
  kept.length = 0;
`;

describe('letHeapGrow', () => {
  it('lets a heap grow to five times what is alive before it is marked again', () => {
    const { stdout, stderr } = spawnSync(process.execPath, ['--trace-gc-verbose', ...flags, program], {
      encoding: 'utf8',
    });
    // An engine that does not know the flag says so there.
    expect(stderr).toBe('');
    const limits = [...stdout.matchAll(/\[HeapController\] Limit: old size: (\d+) KB, new limit: (\d+) KB/g)];
    const growth = limits.slice(-2).map(([, alive, limit]) => Number(limit) / Number(alive));
    const [before = Number.NaN, after = Number.NaN] = growth;
    expect(after - before).toBeCloseTo(1, 1);
  });
});

describe('trimRegularly', () => {
  it('trims every five seconds where the C library can be called', () => {
    jest.useFakeTimers();
    try {
      const trimMemory = jest.fn();
      trimRegularly({ trimMemory });
      trimRegularly(undefined);
      jest.advanceTimersByTime(4_999);
      expect(trimMemory).not.toHaveBeenCalled();
      jest.advanceTimersByTime(5_001);
      expect(trimMemory).toHaveBeenCalledTimes(2);
    } finally {
      jest.useRealTimers();
    }
  });

  it('gives back what freed blocks have left', () => {
    const { stdout, stderr } = spawnSync(process.execPath, [...flags, afterHashes], { encoding: 'utf8' });
    expect(stderr).toBe('');
    const [before = Number.NaN, after = Number.NaN] = stdout.split(' ').map(Number);
    expect(before - after).toBeGreaterThan(15 * 2 ** 20);
  });
});
