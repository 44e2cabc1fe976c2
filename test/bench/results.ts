import { writeFile } from 'node:fs/promises';
import type { Machine } from './machine.ts';
import type { Pace, Row } from './scenario.ts';

/** What one run of the bench found, as its JSON file holds it. */
export interface Results {
  /** ISO 8601, when it began. */
  date: string;
  /** The command that makes it again. */
  command: string;
  pace: Pace;
  machine: Machine;
  /** By the scenario's name. */
  scenarios: Record<string, Row[]>;
}

export async function writeResults(file: string, results: Results): Promise<void> {
  await writeFile(file, `${JSON.stringify(results, null, 1)}\n`);
}
