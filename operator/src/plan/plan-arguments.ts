import { parseArgs } from 'node:util';
import { UsageError } from './usage-error.ts';

/** What `plan` was asked to do. */
export interface PlanArguments {
  /** Paths; `-` is standard input. */
  readonly files: readonly string[];
  /** Namespace of resources that name none; undefined: that of the kubeconfig's context. */
  readonly namespace: string | undefined;
}

/** `plan --help` */
export const PLAN_HELP = `Usage: tick plan -f FILE [-f FILE...] [-n NAMESPACE]

Says what applying the TickStorms in FILE would change: in the resources themselves and in every object that the
operator keeps for them. The API server validates and tries everything out (dry run); nothing is changed.

Options:
  -f, --filename FILE    YAML or JSON, one or more documents; - is standard input; repeat it for several files
  -n, --namespace NAME   Namespace of resources that name none (default: that of the kubeconfig's context)
  -h, --help             Print this help

Environment:
  KUBECONFIG             The cluster, as for kubectl
  SERVER_IMAGE           The operator's default server image, for resources that name none and do not run yet
  POD_NAMESPACE          Namespace that the operator runs in (default: tick-storm-system)

Exit codes: 0 nothing would change, 1 something would, 2 an error, 64 wrong usage.
`;

const options = {
  filename: { type: 'string', short: 'f', multiple: true },
  namespace: { type: 'string', short: 'n' },
  help: { type: 'boolean', short: 'h' },
} as const;

/**
 * Reads the arguments after `plan`.
 * @returns 'help' when that is asked for
 * @throws {UsageError}
 */
export function parsePlanArguments(args: readonly string[]): PlanArguments | 'help' {
  let values;
  try {
    ({ values } = parseArgs({ args: [...args], options }));
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
  if (values.help === true) return 'help';
  const { filename: files = [], namespace } = values;
  if (files.length === 0) throw new UsageError('no file given: name one with -f FILE, or - for standard input');
  if (files.filter((file) => file === '-').length > 1) throw new UsageError('-f - is given twice: there is one input');
  return { files, namespace };
}
