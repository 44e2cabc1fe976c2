// `npm test [-- TIER... [-- JEST-ARGUMENT...]]`: runs the suites, tier by tier, and counts what they really report.
import { parseArguments, TIERS } from './test-arguments.ts';
import type { Tier } from './test-arguments.ts';
import { runJest, WORKERS } from './run-jest.ts';
import type { Project } from './run-jest.ts';
import { runLint } from './run-lint.ts';
import { addCounts, closingLine, noCounts } from './test-counts.ts';
import type { Counts } from './test-counts.ts';
import { ControlPlane } from '../test/chaos/control-plane.ts';
import { elapsed } from '../test/cluster/report.ts';
import { withTestCluster } from '../test/e2e/test-cluster.ts';
import { withBundledServer } from '../test/wire/server-program.ts';

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort());

type Environment = Readonly<Record<string, string>>;

async function runTier(tier: Tier, jestArguments: readonly string[]): Promise<Counts> {
  if (tier === 'lint') return runLint(stop.signal);
  if (tier === 'faults') {
    // One for each of jest's workers: files that restart the API server or delete the CRD disturb no others.
    const names = Array.from({ length: WORKERS.faults }, (_, index) => `faults-${index + 1}`);
    return ControlPlane.with(stop.signal, names, (environment) =>
      runJest(tier, jestArguments, environment, stop.signal),
    );
  }
  const runInTurn = async (projects: readonly Project[], environment: Environment): Promise<Counts> => {
    let counts = noCounts;
    for (const project of projects) {
      counts = addCounts(counts, await runJest(project, jestArguments, environment, stop.signal));
    }
    return counts;
  };
  // Files that disturb each other follow the others, one after the other.
  if (tier === 'server') {
    return withBundledServer(stop.signal, (environment) => runInTurn(['server', 'server-alone'], environment));
  }
  if (tier === 'cluster') {
    return withTestCluster(stop.signal, (environment) => runInTurn(['cluster', 'cluster-alone'], environment));
  }
  return runJest(tier, jestArguments, {}, stop.signal);
}

async function main(): Promise<number> {
  const { tiers, jestArguments } = parseArguments(process.argv.slice(2));
  let total = noCounts;
  const rows: string[] = [];
  for (const tier of tiers) {
    if (stop.signal.aborted) break;
    console.log(`\n== ${tier}: ${TIERS[tier]}`);
    const started = Date.now();
    const counts = await runTier(tier, jestArguments).catch((error: unknown): Counts => {
      console.error(`${tier}: ${error instanceof Error ? error.message : String(error)}`);
      return { passed: 0, failed: 1, skipped: 0 };
    });
    rows.push(`${tier.padEnd(8)} ${elapsed(started).padStart(7)}  ${closingLine(counts)}`);
    total = addCounts(total, counts);
  }
  console.log(`\n${rows.join('\n')}`);
  if (stop.signal.aborted) {
    console.log('stopped before the end; the counts are of what ran');
    total = addCounts(total, { passed: 0, failed: 1, skipped: 0 });
  }
  console.log(closingLine(total));
  return total.failed === 0 && total.passed > 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`test: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 64;
}
