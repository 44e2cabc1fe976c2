// A process of readers of one kind: it says when all are subscribed, and what they have taken whenever it is asked.
import { READERS, type ReaderKind } from './readers.ts';

/** What the readers of a process have done since it began. */
export interface Progress {
  ticks: number;
  /** User and system, in microseconds. */
  cpuMicros: number;
}

const [kind, port, connections] = process.argv.slice(2);
const readers = Array.from({ length: Number(connections) }, () => READERS[kind as ReaderKind](Number(port)));
await Promise.all(readers.map(({ ready }) => ready));

process.on('message', () => {
  const { user, system } = process.cpuUsage();
  const ticks = readers.reduce((sum, reader) => sum + reader.ticks, 0);
  process.send?.({ ticks, cpuMicros: user + system } satisfies Progress);
});
process.on('disconnect', () => process.exit(0));
process.send?.('ready');
