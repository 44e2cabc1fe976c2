// `npm run bench:operator`: our operator beside a plain one on controller-runtime. See README.md.
import { join } from 'node:path';
import { writeFigures } from '../bench/figures-file.ts';
import { plainTable, figureCells, targetCells } from '../bench/table.ts';
import { ControlPlane } from '../chaos/control-plane.ts';
import { elapsed, timedReport } from '../cluster/report.ts';
import { repositoryRoot } from '../images/repository-root.ts';
import { FIGURES, targets } from './figures.ts';
import { measureContender } from './measure-contender.ts';
import { commandArguments, parseOptions, USAGE, type OperatorBenchOptions } from './options.ts';
import { writePage } from './page.ts';
import { ensurePeer } from './peer-program.ts';
import { addMeasurement, newResults, readResults, type OperatorResults } from './results.ts';

const EX_USAGE = 64;
const CONTROL_PLANE = 'bench-operator';
const report = timedReport('bench');
const stop = new AbortController();

async function main(options: OperatorBenchOptions): Promise<void> {
  const started = Date.now();
  const { instances, runs, restSeconds, contenders, json, page, pace } = options;
  const earlier = json === undefined ? undefined : await readResults(json, pace);
  const results = newResults(['npm run bench:operator --', ...commandArguments(options)].join(' '), pace, earlier);
  const peer = await ensurePeer(report);
  for (const count of instances) {
    for (let run = 0; run < runs; run += 1) {
      // Each round begins with another one.
      for (const name of run % 2 === 0 ? contenders : contenders.toReversed()) {
        report(`${name}, ${count} TickStorms, run ${run + 1} of ${runs}`);
        // A control plane of its own: what the other has left would have to be collected first.
        const measurement = await ControlPlane.with(stop.signal, [CONTROL_PLANE], (environment) =>
          measureContender(ControlPlane.find(environment), { name, peer, count, restSeconds, pace, report }),
        );
        addMeasurement(results, name, measurement);
        if (json !== undefined) await writeFigures(json, results);
      }
    }
  }
  print(results);
  if (page) await writePage(join(repositoryRoot, 'docs'), results);
  console.log(`\nbench: ${instances.length} numbers of TickStorms in ${elapsed(started)}, ${pace}`);
}

function print({ rows, pace }: OperatorResults): void {
  for (const figures of FIGURES) console.log(`\n${figures.title}\n\n${plainTable(figureCells(figures, rows))}`);
  // Quick runs are too small for a verdict.
  if (pace === 'full') console.log(`\n${plainTable(targetCells(targets(rows)))}`);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort());
const options = parseOptions(process.argv.slice(2));
if (options === 'help') console.log(USAGE);
else if ('problem' in options) {
  console.error(`bench:operator: ${options.problem}\n\n${USAGE}`);
  process.exitCode = EX_USAGE;
} else await main(options);
