import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from './run-command.ts';
import { countsOf } from './test-counts.ts';
import type { Counts, JestResults } from './test-counts.ts';

/** Runs one jest project and counts from the results that jest writes. */
export async function runJest(
  project: 'unit' | 'server' | 'faults' | 'cluster',
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Counts> {
  const folder = await mkdtemp(join(tmpdir(), 'tick-storm-test-'));
  const results = join(folder, 'results.json');
  // Tests with processes and ports of their own would disturb each other.
  const serial = project === 'unit' ? [] : ['--runInBand'];
  try {
    await runCommand('jest', ['--selectProjects', project, ...serial, '--json', `--outputFile=${results}`, ...args], {
      signal,
      env: { ...environment, NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning' },
      discardStandardOutput: true,
    });
    const text = await readFile(results, 'utf8').catch(() => {
      throw new Error('jest ended without results; what it said is above');
    });
    return countsOf(JSON.parse(text) as JestResults);
  } finally {
    await rm(folder, { recursive: true });
  }
}
