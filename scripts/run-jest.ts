import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from './run-command.ts';
import { countsOf } from './test-counts.ts';
import type { Counts, JestResults } from './test-counts.ts';

/** jest's projects, each with how many of its files run at a time. */
export const WORKERS = {
  // Of the processors: these compute, and some judge what happens within moments.
  unit: '50%',
  // These wait most of their time, for deadlines, leases, the feed and pods: two processors have room for two.
  server: 2,
  faults: 2,
  cluster: 2,
  'server-alone': 1,
  'cluster-alone': 1,
} as const;

/** A project of jest.config.js. */
export type Project = keyof typeof WORKERS;

/** Runs one jest project, of which `args` may choose no file, and counts from the results that jest writes. */
export async function runJest(
  project: Project,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Counts> {
  const folder = await mkdtemp(join(tmpdir(), 'tick-storm-test-'));
  const results = join(folder, 'results.json');
  const how = [`--maxWorkers=${WORKERS[project]}`, '--passWithNoTests', '--json', `--outputFile=${results}`];
  try {
    await runCommand('jest', ['--selectProjects', project, ...how, ...args], {
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
