// `npm run test:chaos -- [--minutes N] [--resources N] [--seed N]`: the long form of soak.test.ts.
import { parseArgs } from 'node:util';
import { timedReport } from '../cluster/report.ts';
import { ControlPlane } from './control-plane.ts';
import { excessOf } from './operator-footprint.ts';
import { Soak } from './soak.ts';

const USAGE = `usage: npm run test:chaos -- [--minutes N] [--resources N] [--seed N]
Makes, changes and deletes TickStorms (500) at random for some minutes (10) while everything fails at random as the
seed (a random one, printed) says, and checks that the end state is exact and that nothing leaks.`;
const EX_USAGE = 64;

class UsageError extends Error {
  override readonly name = 'UsageError';
}

function wholeNumber(name: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new UsageError(`--${name} is a whole number from 1 on, not "${text}"`);
  return Number(text);
}

function parse(args: readonly string[]): { minutes?: string; resources?: string; seed?: string; help?: boolean } {
  try {
    return parseArgs({
      args: [...args],
      options: {
        minutes: { type: 'string' },
        resources: { type: 'string' },
        seed: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
  }
}

async function main(): Promise<number> {
  const values = parse(process.argv.slice(2));
  if (values.help === true) {
    console.log(USAGE);
    return 0;
  }
  const seconds = wholeNumber('minutes', values.minutes, 10) * 60;
  const resources = wholeNumber('resources', values.resources, 500);
  const seed = wholeNumber('seed', values.seed, 1 + Math.floor(Math.random() * 1_000_000));
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort());
  const report = timedReport('chaos');
  const result = await ControlPlane.with(stop.signal, ['chaos'], (environment) =>
    new Soak({
      controlPlane: ControlPlane.find(environment),
      seed,
      resources,
      seconds,
      report,
    }).run(),
  );
  console.log(JSON.stringify(result, undefined, 2));
  const faults = [
    ...(result.writesAfterEnd > 0 ? [`a fresh operator wrote ${result.writesAfterEnd} times`] : []),
    ...excessOf(result),
  ];
  console.log(faults.length === 0 ? `passed, seed ${seed}` : `FAILED, seed ${seed}: ${faults.join('; ')}`);
  return faults.length === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`chaos: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = error instanceof UsageError ? EX_USAGE : 1;
}
