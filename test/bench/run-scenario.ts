import type { Report } from '../cluster/report.ts';
import type { Contender } from './contenders/contender.ts';
import { measure, type Bench } from './measurement.ts';
import type { ContenderName, Pace, Row, Scenario } from './scenario.ts';

export interface RunOptions {
  pace: Pace;
  /** undefined = as many as the scenario says. */
  runs?: number | undefined;
}

/**
 * Runs every case of a scenario as often as its pace asks. Contenders take turns, and each run begins with another
 * one, so that what the machine does meanwhile falls on all alike.
 */
export async function runScenario(
  scenario: Scenario,
  { pace, runs = scenario.runs[pace] }: RunOptions,
  bench: Bench,
  contenders: Readonly<Record<ContenderName, Contender>>,
  report: Report,
): Promise<Row[]> {
  const rows = new Map<string, Row>();
  for (let run = 0; run < runs; run++) {
    for (const { label, contenders: names, load, options } of scenario.cases(pace)) {
      for (const name of rotated(names, run)) {
        report(`${scenario.name}: ${label}, ${name}, run ${run + 1} of ${runs}`);
        const measurement = await measure(bench, contenders[name], load, options);
        const row = rows.get(`${label} ${name}`) ?? { label, contender: name, measurements: [] };
        row.measurements.push(measurement);
        rows.set(`${label} ${name}`, row);
      }
    }
  }
  return sorted([...rows.values()], scenario, pace);
}

function rotated<T>(items: readonly T[], by: number): T[] {
  const from = by % items.length;
  return [...items.slice(from), ...items.slice(0, from)];
}

/** In the order in which the scenario names them, whichever came first. */
function sorted(rows: readonly Row[], scenario: Scenario, pace: Pace): Row[] {
  return scenario
    .cases(pace)
    .flatMap(({ label, contenders }) =>
      contenders.flatMap((name) => rows.filter((row) => row.label === label && row.contender === name)),
    );
}
