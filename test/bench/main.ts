// `npm run bench`: the server beside its peers. See README.md.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheDirectory } from '../cluster/paths.ts';
import { elapsed, timedReport } from '../cluster/report.ts';
import { bundleProgram } from '../images/bundle-program.ts';
import { TestAuthority } from '../wire/test-authority.ts';
import { floor } from './contenders/floor.ts';
import { nats } from './contenders/nats.ts';
import { tickStorm } from './contenders/tick-storm.ts';
import { costsOf } from './costs.ts';
import { measureEncode } from './encode-cost.ts';
import { writeFigures } from './figures-file.ts';
import { machine } from './machine.ts';
import { ensureNativePrograms } from './native-programs.ts';
import { ensureNatsServer } from './nats-server.ts';
import { writePage } from './page.ts';
import { parseOptions, USAGE, type BenchOptions } from './options.ts';
import { placement } from './placement.ts';
import { earlierResults } from './results.ts';
import { runScenario } from './run-scenario.ts';
import { scalingPage } from './scaling-page.ts';
import { serverRevision } from './server-revision.ts';
import { figureCells, plainTable, targetCells } from './table.ts';

const report = timedReport('bench');
const root = fileURLToPath(new URL('../..', import.meta.url));

async function main(options: BenchOptions): Promise<void> {
  const started = Date.now();
  const { pace, json } = options;
  const session = {
    date: new Date().toISOString(),
    command: ['npm run bench', ...commandArguments(options)].join(' '),
    server: await serverRevision(root),
  };
  const results = await earlierResults(json, pace, machine());
  const isQuick = pace === 'quick';
  results.encode = { session, rows: measureEncode({ runs: isQuick ? 1 : 5, measureMs: isQuick ? 10 : 100 }) };
  const place = placement();
  const programs = await ensureNativePrograms(report);
  const natsServer = await ensureNatsServer(report);
  const server = await bundleProgram('server', join(cacheDirectory(), 'bench'));
  const authority = await TestAuthority.create();
  try {
    await authority.issue('bench');
    const tlsFiles = { certificate: authority.file('bench.crt'), key: authority.file('bench.key') };
    const contenders = {
      floor: floor(programs, place, tlsFiles),
      nats: nats(natsServer, programs, place, tlsFiles),
      'tick-storm': tickStorm(server, place, tlsFiles),
    };
    for (const scenario of options.scenarios) {
      const rows = await runScenario(scenario, options, { programs, placement: place }, contenders, report);
      const facts = (await scenario.findFacts?.(place)) ?? {};
      results.scenarios[scenario.name] = { session, rows, facts };
      console.log(`\n${scenario.name}: ${scenario.title}\n\n${plainTable(figureCells(scenario, rows))}`);
      const targets = scenario.targets(rows, facts);
      // Quick runs are of other loads and too short for a verdict.
      if (pace === 'full' && targets.length > 0) console.log(`\n${plainTable(targetCells(targets))}`);
      if (json !== undefined) await writeFigures(json, results);
    }
  } finally {
    await authority.remove();
  }
  if (options.page) {
    const costs = costsOf(results);
    await writePage(join(root, 'docs'), results);
    if ('missing' in costs) report(`docs/scaling.md is left as it is; not measured: ${costs.missing.join('; ')}`);
    else await writeFile(join(root, 'docs', 'scaling.md'), scalingPage(costs));
  }
  console.log(`\nbench: ${options.scenarios.length} scenarios in ${elapsed(started)}, ${pace}`);
}

function commandArguments({ scenarios, pace, runs, json }: BenchOptions): string[] {
  const names = scenarios.map(({ name }) => name);
  return [
    '--',
    ...names,
    ...(runs === undefined ? [] : ['--runs', String(runs)]),
    ...(json === undefined ? [] : ['--json', json]),
    ...(pace === 'quick' ? ['--quick'] : []),
  ];
}

const options = parseOptions(process.argv.slice(2));
if (options === 'help') console.log(USAGE);
else if ('problem' in options) {
  console.error(`bench: ${options.problem}\n\n${USAGE}`);
  process.exitCode = 64;
} else await main(options);
