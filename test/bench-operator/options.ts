import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { contenderNames, type ContenderName } from './contender.ts';
import { paces, type PaceName } from './pace.ts';

export const USAGE: string = `npm run bench:operator -- [--instances N,…] [--runs N] [--rest SECONDS] [--only OPERATOR] [--json FILE] [--page] [--quick]

Measures our operator beside a plain one on controller-runtime, each with the same objects and the same limit on its
requests, on a control plane of its own (API server, etcd, controllers; no node).

  --instances N,…  numbers of TickStorms (${paces.full.instances.join(',')}; with --quick ${paces.quick.instances.join(',')})
  --runs N         runs of each number and operator (1)
  --rest SECONDS   time over which the operator at rest is watched (${paces.full.steadySeconds}; with --quick ${paces.quick.steadySeconds})
  --only OPERATOR  one of ${contenderNames.join(' and ')}, to make a long run in two
  --json FILE      write all figures there; those that it holds already stay
  --page           write docs/operator-cost.md and its plots from them
  --quick          shows in less than a minute that the bench works, not what anything costs
  --help           this text
`;

export interface OperatorBenchOptions {
  readonly instances: readonly number[];
  readonly runs: number;
  readonly restSeconds: number;
  /** In the order of the first round. */
  readonly contenders: readonly ContenderName[];
  readonly json: string | undefined;
  readonly page: boolean;
  readonly pace: PaceName;
}

interface UsageProblem {
  readonly problem: string;
}

const isNumber = (text: string): boolean => /^[1-9]\d{0,3}$/.test(text);

/** @returns the options, `help`, or what is wrong with the arguments */
export function parseOptions(args: readonly string[]): OperatorBenchOptions | 'help' | UsageProblem {
  let values;
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: {
        instances: { type: 'string' },
        runs: { type: 'string', default: '1' },
        rest: { type: 'string' },
        only: { type: 'string' },
        json: { type: 'string' },
        page: { type: 'boolean', default: false },
        quick: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }));
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
  if (values.help) return 'help';
  const pace = values.quick ? 'quick' : 'full';
  const instances = values.instances?.split(',') ?? paces[pace].instances.map(String);
  if (!instances.every(isNumber)) {
    return { problem: `--instances ${values.instances} is not valid; allowed: whole numbers from 1 to 9999` };
  }
  if (!isNumber(values.runs)) {
    return { problem: `--runs ${values.runs} is not valid; allowed: a whole number from 1 to 9999` };
  }
  const rest = values.rest ?? String(paces[pace].steadySeconds);
  if (!isNumber(rest)) return { problem: `--rest ${rest} is not valid; allowed: whole seconds from 1 to 9999` };
  const contenders = contenderNames.filter((name) => name === (values.only ?? name));
  if (contenders.length === 0) {
    return { problem: `--only ${values.only} is not valid; allowed: ${contenderNames.join(', ')}` };
  }
  if (values.page && values.quick) return { problem: '--page takes figures of a full run: leave --quick out' };
  const { json, page } = values;
  return {
    ...{ instances: instances.map(Number), runs: Number(values.runs), restSeconds: Number(rest) },
    ...{ contenders, json, page, pace },
  };
}

/** The arguments that give these options, without the folder of the file: that is of one machine. */
export function commandArguments(options: OperatorBenchOptions): string[] {
  const { instances, runs, restSeconds, contenders, json, page, pace } = options;
  return [
    ...['--instances', instances.join(',')],
    ...['--runs', String(runs)],
    ...(restSeconds === paces[pace].steadySeconds ? [] : ['--rest', String(restSeconds)]),
    ...(contenders.length === contenderNames.length ? [] : ['--only', contenders.join()]),
    ...(json === undefined ? [] : ['--json', basename(json)]),
    ...(page ? ['--page'] : []),
    ...(pace === 'quick' ? ['--quick'] : []),
  ];
}
