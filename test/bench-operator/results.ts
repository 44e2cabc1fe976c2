import { writeFile } from 'node:fs/promises';
import { machine, type Machine } from '../bench/machine.ts';
import { KUBERNETES_VERSION } from '../cluster/tools.ts';
import { LIMITS } from './contender.ts';
import type { OperatorRow } from './figures.ts';
import type { PaceName } from './pace.ts';
import { controllerRuntimeVersion } from './peer-program.ts';

/** What one run of the bench found, as its JSON file holds it. */
export interface OperatorResults {
  /** ISO 8601, when it began. */
  readonly date: string;
  /** The command that makes it again. */
  readonly command: string;
  readonly pace: PaceName;
  readonly machine: Omit<Machine, 'nats'>;
  readonly kubernetes: string;
  readonly controllerRuntime: string;
  /** What every operator was bound to: requests per second, requests at once, reconciles at a time. */
  readonly limits: typeof LIMITS;
  readonly rows: OperatorRow[];
}

export function newResults(command: string, pace: PaceName): OperatorResults {
  const { nats: _, ...here } = machine();
  return {
    date: new Date().toISOString(),
    command,
    pace,
    machine: here,
    kubernetes: KUBERNETES_VERSION,
    controllerRuntime: controllerRuntimeVersion(),
    limits: LIMITS,
    rows: [],
  };
}

/** Adds a run to the figures of its case. */
export function addMeasurement(
  { rows }: OperatorResults,
  contender: OperatorRow['contender'],
  measurement: OperatorRow['measurements'][number],
): void {
  const label = `${measurement.instances.toLocaleString('en')} TickStorms`;
  const row = rows.find((each) => each.label === label && each.contender === contender);
  if (row === undefined) rows.push({ label, contender, measurements: [measurement] });
  else row.measurements.push(measurement);
}

export async function writeResults(file: string, results: OperatorResults): Promise<void> {
  await writeFile(file, `${JSON.stringify(results, null, 1)}\n`);
}
