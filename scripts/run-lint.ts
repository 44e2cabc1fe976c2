import { elapsed } from '../test/cluster/report.ts';
import { runCommand } from './run-command.ts';
import { addCounts, noCounts } from './test-counts.ts';
import type { Counts } from './test-counts.ts';

const sources = ['protocol', 'server', 'client', 'cli', 'operator', 'test', 'scripts'];

/** Each check is counted as one test. */
const checks: Readonly<Record<string, readonly string[]>> = {
  'format (prettier)': ['prettier', '--check', '--log-level=warn', '.'],
  'types (tsc)': ['tsc', '-b'],
  'lint (oxlint)': ['oxlint', '--type-aware', '--quiet'],
  'import rules (dependency-cruiser)': ['depcruise', '--config', '.dependency-cruiser.cjs', ...sources],
  'unused code (knip)': ['knip', '--no-progress'],
  'generated files are current': ['node', '--conditions=source', 'scripts/generate.ts', '--check'],
};

export async function runLint(signal: AbortSignal): Promise<Counts> {
  let counts = noCounts;
  for (const [title, [command, ...args]] of Object.entries(checks)) {
    if (signal.aborted) break;
    const started = Date.now();
    const { exitCode, output } = await runCommand(command!, args, { signal, capture: true });
    const passed = exitCode === 0;
    console.log(`${passed ? 'ok    ' : 'FAILED'} ${title} (${elapsed(started)})`);
    if (!passed) console.log(output.trimEnd().replaceAll(/^/gm, '       '));
    counts = addCounts(counts, { passed: passed ? 1 : 0, failed: passed ? 0 : 1, skipped: 0 });
  }
  return counts;
}
