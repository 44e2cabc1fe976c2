import { parseArgs } from 'node:util';
import type { Pace, Scenario } from './scenario.ts';
import { scenarios, usual } from './scenarios.ts';

export const USAGE: string = `npm run bench -- [SCENARIO…] [--runs N] [--json FILE] [--page] [--quick]

Measures our server beside nats-server and beside a bare epoll loop, the floor, on this machine.

Scenarios, without any all but soak:
${scenarios.map(({ name, title }) => `  ${name.padEnd(18)}${title}`).join('\n')}

  --runs N      runs of each case instead of the scenario's own number
  --json FILE   write all figures there; those of other scenarios that it holds stay
  --page        write docs/benchmarks.md with its plots and docs/scaling.md from all that FILE then holds
  --quick       a few seconds each: shows that the bench works, not how fast anything is
  --help        this text
`;

export interface BenchOptions {
  scenarios: readonly Scenario[];
  pace: Pace;
  /** undefined = as many as the scenario says. */
  runs: number | undefined;
  json: string | undefined;
  page: boolean;
}

/** @returns the options, `help`, or what is wrong with the arguments */
export function parseOptions(args: readonly string[]): BenchOptions | 'help' | { problem: string } {
  let parsed;
  try {
    parsed = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        runs: { type: 'string' },
        json: { type: 'string' },
        page: { type: 'boolean', default: false },
        quick: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
  const { values, positionals } = parsed;
  if (values.help) return 'help';
  const unknown = positionals.filter((name) => !scenarios.some((scenario) => scenario.name === name));
  if (unknown.length > 0) {
    return {
      problem: `there is no scenario ${unknown.join(', ')}; there are ${scenarios.map(({ name }) => name).join(', ')}`,
    };
  }
  if (values.runs !== undefined && !/^[1-9]\d{0,2}$/.test(values.runs)) {
    return { problem: `--runs ${values.runs} is not valid; allowed: a whole number from 1 to 999` };
  }
  if (values.page && values.quick) return { problem: '--page takes figures of a full run: leave --quick out' };
  if (values.page && values.json === undefined) {
    return { problem: '--page writes the whole page from what a file holds: name it with --json FILE' };
  }
  const wanted = positionals.length === 0 ? usual : scenarios.filter(({ name }) => positionals.includes(name));
  return {
    scenarios: wanted,
    pace: values.quick ? 'quick' : 'full',
    runs: values.runs === undefined ? undefined : Number(values.runs),
    json: values.json,
    page: values.page,
  };
}
