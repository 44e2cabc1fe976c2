// `npm run fuzz:live -- [--connections N] [--tls-percent N] [--concurrency N] [--seed N]`: garbage connections on live
// servers, TCP and TLS, beside a good client on each that must not lose a tick.
import { parseArgs } from 'node:util';
import type { Transport } from '../wire/transport.ts';
import { runLive, type LiveResult } from './live-run.ts';
import type { Footprint } from './server-footprint.ts';
import { wholeNumber } from './whole-number.ts';

const REPORT_EVERY = 10_000;

const { values } = parseArgs({
  options: {
    connections: { type: 'string', default: '10000' },
    'tls-percent': { type: 'string', default: '10' },
    concurrency: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
  },
});
const connections = wholeNumber('--connections', values.connections);
const concurrency = wholeNumber('--concurrency', values.concurrency);
const seed = wholeNumber('--seed', values.seed);
const overTls = Math.round((connections * wholeNumber('--tls-percent', values['tls-percent'])) / 100);

function describe({ processes, residentBytes, descriptors }: Footprint): string {
  return `${(residentBytes / 1_048_576).toFixed(1)} MiB and ${descriptors} descriptors in ${processes} processes`;
}

function report(transport: Transport, count: number, result: LiveResult): void {
  const { ends, good, before, after, closedByServer, seconds, problems } = result;
  const rate = Math.round(count / seconds);
  console.log(`${transport}: ${count} garbage connections in ${seconds.toFixed(1)} s (${rate} per second)`);
  for (const [end, times] of [...ends].sort(([, a], [, b]) => b - a)) {
    console.log(`${String(times).padStart(10)}  ${end}`);
  }
  console.log(`  closed connections by the server's count: ${closedByServer}`);
  console.log(
    `  good client: ticks ${good.firstSequence} to ${good.lastSequence}, ${good.ticks} received of ` +
      `${good.lastSequence - good.firstSequence + 1}; ${good.pongs} PONGs, the longest after ${Math.round(good.longestPongMs)} ms`,
  );
  console.log(`  server before: ${describe(before)}; after: ${describe(after)}`);
  for (const problem of problems) console.error(`  ${problem}`);
}

let problems = 0;
for (const [transport, count] of [['TCP', connections - overTls] as const, ['TLS', overTls] as const]) {
  if (count === 0) continue;
  const progress = (done: number): void => {
    if (done > 0 && done % REPORT_EVERY === 0) console.log(`${transport}: ${done} connections`);
  };
  // A handshake costs a hundred times what a connection without one does: more at once would only miss their deadline.
  const atOnce = transport === 'TLS' ? Math.ceil(concurrency / 20) : concurrency;
  const result = await runLive({ transport, connections: count, concurrency: atOnce, seed, progress });
  report(transport, count, result);
  problems += result.problems.length;
}
console.log(`fuzz:live: ${connections} connections of seed ${seed}, ${problems} problems`);
process.exitCode = problems === 0 ? 0 : 1;
