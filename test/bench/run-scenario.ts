import type { Report } from '../cluster/report.ts';
import type { Contender } from './contenders/contender.ts';
import { measure, type Bench } from './measurement.ts';
import type { ContenderName, Pace, Row, Scenario } from './scenario.ts';
import { turnsOf } from './turns.ts';

export interface RunOptions {
  pace: Pace;
  /** undefined = as many as the scenario says. */
  runs?: number | undefined;
}

/**
 * Runs every case of a scenario as often as its pace asks. Contenders take turns, and each run begins with another
 * one, so that what the machine does meanwhile falls on all alike. Beside the floor, which is one thread, everybody has
 * one processor.
 */
export async function runScenario(
  scenario: Scenario,
  { pace, runs = scenario.runs[pace] }: RunOptions,
  bench: Bench,
  contenders: Readonly<Record<ContenderName, Contender>>,
  report: Report,
): Promise<Row[]> {
  const rows = new Map<string, Row>();
  const cases = scenario.cases(pace);
  const isOnOneCpu = cases.some((each) => each.contenders.includes('floor'));
  for (let run = 0; run < runs; run++) {
    for (const { case: one, contender } of turnsOf(cases, run)) {
      const { label, load, options } = one;
      report(`${scenario.name}: ${label}, ${contender}, run ${run + 1} of ${runs}`);
      const measurement = await measure(bench, contenders[contender], { ...load, isOnOneCpu }, options);
      const row = rows.get(`${label} ${contender}`) ?? { label, contender, measurements: [] };
      row.measurements.push(measurement);
      rows.set(`${label} ${contender}`, row);
    }
  }
  return sorted([...rows.values()], scenario, pace);
}

/** In the order in which the scenario names them, whichever came first. */
function sorted(rows: readonly Row[], scenario: Scenario, pace: Pace): Row[] {
  return scenario
    .cases(pace)
    .flatMap(({ label, contenders }) =>
      contenders.flatMap((name) => rows.filter((row) => row.label === label && row.contender === name)),
    );
}
