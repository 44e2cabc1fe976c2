// `npm run bench:client`: what a tick costs a program that takes it by the client library. See client/README.md.
import { parseArgs } from 'node:util';
import { ratios, summarize } from '../bench/statistics.ts';
import { plainTable } from '../bench/table.ts';
import { LOADS, type Load } from './load.ts';
import { measure, type Pace } from './measure.ts';

const EX_USAGE = 64;
const USAGE = `usage: npm run bench:client [-- --runs N] [--quick]

CPU time for each tick of a program that takes ticks by the client library, beside one that only cuts the same bytes
into frames and decodes them, in turn, over loopback.

  --runs N   of each (5)
  --quick    half a second each: shows that the bench works, not how fast anything is`;

const FULL: Pace = { warmUpMs: 2_000, measureMs: 5_000 };
const QUICK: Pace = { warmUpMs: 500, measureMs: 500 };

async function compare(load: Load, runs: number, pace: Pace): Promise<string[]> {
  const parse: number[] = [];
  const library: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    parse.push(await measure('parse', load, pace));
    library.push(await measure('library', load, pace));
  }
  return [load.name, cell(parse), cell(library), cell(ratios(library, parse))];
}

function cell(values: readonly number[]): string {
  const { median, min, max } = summarize(values);
  return `${median.toFixed(2)} (${min.toFixed(2)}–${max.toFixed(2)})`;
}

function options(): { runs: number; pace: Pace } | undefined {
  try {
    const { values } = parseArgs({ options: { runs: { type: 'string', default: '5' }, quick: { type: 'boolean' } } });
    if (/^[1-9]\d?$/.test(values.runs)) return { runs: Number(values.runs), pace: values.quick ? QUICK : FULL };
    console.error(`bench:client: --runs is a whole number from 1 to 99, not "${values.runs}"`);
  } catch (error) {
    console.error(`bench:client: ${error instanceof Error ? error.message : String(error)}`);
  }
  return undefined;
}

const chosen = options();
if (chosen) {
  const rows = [['load', 'parse, µs a tick', 'library, µs a tick', 'ratio']];
  for (const load of LOADS) rows.push(await compare(load, chosen.runs, chosen.pace));
  console.log(plainTable(rows));
} else {
  console.error(`\n${USAGE}`);
  process.exitCode = EX_USAGE;
}
