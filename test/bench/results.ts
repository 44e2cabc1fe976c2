import { isDeepStrictEqual } from 'node:util';
import type { EncodeRow } from './encode-cost.ts';
import { readFigures } from './figures-file.ts';
import type { Machine } from './machine.ts';
import type { Facts, Pace, Row } from './scenario.ts';

/** The session of the bench in which figures were measured. */
interface Session {
  /** ISO 8601, when it began. */
  date: string;
  /** The command that makes it again. */
  command: string;
  /** Version and commit of our server; sessions before it was noted have none. */
  server?: string;
}

/** What the bench found on one machine, as its JSON file holds it. */
export interface Results {
  pace: Pace;
  machine: Machine;
  /** By the scenario's name, of the last session that ran it. */
  scenarios: Record<string, { session: Session; rows: Row[]; facts?: Facts }>;
  /** Of the last session; figures of before it was measured have none. */
  encode?: { session: Session; rows: EncodeRow[] };
}

/**
 * The results to which a session adds its own.
 * @param file holds those of earlier sessions; need not be there
 * @throws {Error} when the file's are of another machine, other versions or another pace: they do not compare
 */
export async function earlierResults(file: string | undefined, pace: Pace, machine: Machine): Promise<Results> {
  const earlier = file === undefined ? undefined : await readFigures(file);
  if (earlier === undefined) return { pace, machine, scenarios: {} };
  if (!areResults(earlier)) throw new Error(`${file} does not hold figures of this bench: name another file`);
  if (earlier.pace !== pace || !isDeepStrictEqual(earlier.machine, machine)) {
    const had = JSON.stringify({ pace: earlier.pace, ...earlier.machine });
    const has = JSON.stringify({ pace, ...machine });
    throw new Error(`${file} holds figures of ${had}; this is ${has}, and the two do not compare: name another file`);
  }
  return earlier;
}

function areResults(value: unknown): value is Results {
  if (typeof value !== 'object' || value === null) return false;
  return 'pace' in value && 'machine' in value && 'scenarios' in value;
}
