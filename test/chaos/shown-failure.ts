import type { ChaosBed } from './chaos-bed.ts';
import type { SeenEvent, TickStormView } from './tick-storm-view.ts';

/** How a failure comes about, and what of the description of a TickStorm tells of it. */
export interface Failure {
  readonly namespace: string;
  /** Name of the TickStorm. */
  readonly name: string;
  /** Beside that of a TickStorm without pods. */
  readonly spec?: object;
  readonly annotations?: Readonly<Record<string, string>>;
  /** What comes before the TickStorm. */
  readonly prepare?: (bed: ChaosBed) => Promise<unknown>;
  /** What is done once the TickStorm is there. */
  readonly provoke?: (bed: ChaosBed) => Promise<unknown>;
  /** The reasons of the conditions that tell of it, by type, in the order of the page. */
  readonly conditions: Readonly<Record<string, string>>;
  /** How many events tell of it, by the words that they begin with: the reason, and a part of the message. */
  readonly events: Readonly<Record<string, number>>;
}

/** A failure on the page of failure modes. */
export interface ShownFailure extends Failure {
  /** Its paragraph: these words in bold, then the story. */
  readonly title: string;
  readonly story: string;
}

/** Name of a Deployment's pod: its template's hash, and five characters at random. */
const POD_NAME = /\b([a-z]+)-[a-z0-9]{8,10}-[a-z0-9]{5}\b/g;

const masked = (text: string): string => text.replaceAll(POD_NAME, '$1-…');

const beginsWith =
  (words: string) =>
  ({ reason, message }: SeenEvent): boolean =>
    `${reason} ${message}`.startsWith(words);

/** Whether a TickStorm's description tells of the failure. */
export function tellsOf(failure: Failure, { conditions, events }: TickStormView): boolean {
  const hasConditions = Object.entries(failure.conditions).every(
    ([type, reason]) => conditions.find((condition) => condition.type === type)?.reason === reason,
  );
  const times = (words: string): number => events.filter(beginsWith(words)).reduce((sum, { count }) => sum + count, 0);
  return hasConditions && Object.entries(failure.events).every(([words, count]) => times(words) === count);
}

/** Lines of cells, the columns aligned; a message that the line above has too is not written again. */
class Lines {
  readonly text: string[] = [];
  #message = '';

  add(rows: readonly (readonly string[])[], indent = ''): void {
    const widthOf = (column: number): number => Math.max(...rows.map((row) => row[column]!.length));
    for (const row of rows) {
      const message = row.at(-1)!;
      const cells = row.slice(0, -1).map((cell, column) => cell.padEnd(widthOf(column)));
      this.text.push(indent + [...cells, message === this.#message ? '(the same)' : message].join('  '));
      this.#message = message;
    }
  }
}

/** What of a TickStorm's description tells of the failure. Events are in the order of the alphabet: kubectl has none. */
function blockOf(failure: Failure, view: TickStormView): string {
  const lines = new Lines();
  const conditions = Object.keys(failure.conditions).flatMap((type) =>
    view.conditions.filter((condition) => condition.type === type),
  );
  lines.add(conditions.map(({ type, status, reason, message }) => [type, status, reason, masked(message)]));
  const events = Object.keys(failure.events).flatMap((words) => view.events.filter(beginsWith(words)));
  if (events.length === 0) return lines.text.join('\n');
  lines.text.push('Events:');
  const rows = events.map(({ type, reason, count, message }) => [
    type,
    count === 1 ? reason : `${reason} (x${count})`,
    masked(message),
  ]);
  lines.add(
    rows.toSorted((a, b) => (a.join('\n') < b.join('\n') ? -1 : 1)),
    '  ',
  );
  return lines.text.join('\n');
}

/** The paragraph of the page. */
export function paragraphOf(failure: ShownFailure, view: TickStormView): string {
  return `**${failure.title}**${failure.story}\n\n\`\`\`\n${blockOf(failure, view)}\n\`\`\``;
}
