import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const garbage = fileURLToPath(new URL('garbage.ts', import.meta.url));

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
    const flags = ['--conditions=source', '--trace-gc-verbose', '--input-type=module', '--eval', program];
    const { stdout, stderr } = spawnSync(process.execPath, flags, { encoding: 'utf8' });
    // An engine that does not know the flag says so there.
    expect(stderr).toBe('');
    const limits = [...stdout.matchAll(/\[HeapController\] Limit: old size: (\d+) KB, new limit: (\d+) KB/g)];
    const growth = limits.slice(-2).map(([, alive, limit]) => Number(limit) / Number(alive));
    const [before = Number.NaN, after = Number.NaN] = growth;
    expect(after - before).toBeCloseTo(1, 1);
  });
});
