import { readFigures } from '../bench/figures-file.ts';
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
  /** The commands that make it again. */
  readonly commands: readonly string[];
  readonly pace: PaceName;
  readonly machine: Omit<Machine, 'nats'>;
  readonly kubernetes: string;
  readonly controllerRuntime: string;
  /** What every operator was bound to: requests per second, requests at once, reconciles at a time. */
  readonly limits: typeof LIMITS;
  readonly rows: OperatorRow[];
}

/** Results without figures yet; those of an earlier run, which may have been of other numbers, stay. */
export function newResults(command: string, pace: PaceName, earlier?: OperatorResults): OperatorResults {
  const { nats: _, ...here } = machine();
  return {
    date: new Date().toISOString(),
    commands: [...(earlier?.commands ?? []), command],
    pace,
    machine: here,
    kubernetes: KUBERNETES_VERSION,
    controllerRuntime: controllerRuntimeVersion(),
    limits: LIMITS,
    rows: earlier?.rows ?? [],
  };
}

/** Reads what an earlier run has written; undefined when there is nothing. Fails where that was of another kind. */
export async function readResults(file: string, pace: PaceName): Promise<OperatorResults | undefined> {
  const results = (await readFigures(file)) as OperatorResults | undefined;
  if (results === undefined || results.pace === pace) return results;
  throw new Error(`${file} holds figures of a ${results.pace} run, and this is a ${pace} one: name another file`);
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
  // In whatever order they were made, the page goes from few to many.
  rows.sort((a, b) => a.measurements[0]!.instances - b.measurements[0]!.instances);
}
