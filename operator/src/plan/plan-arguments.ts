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

Says what applying the TickStorms in FILE would change: in the resources themselves, in every object that the operator
keeps for them, and in their conditions: those that would warn, and those that would not be as they are. The API server
validates and tries everything out (dry run); nothing is changed.

Options:
  -f, --filename FILE    YAML or JSON, one or more documents; - is standard input; repeat it for several files
  -n, --namespace NAME   Namespace of resources that name none (default: that of the kubeconfig's context)
  -h, --help             Print this help

Environment:
  KUBECONFIG             The cluster, as for kubectl
  POD_NAMESPACE          Namespace that the operator runs in (default: tick-storm-system)
  SERVER_IMAGE, WATCH_NAMESPACES, HOST_LEVEL_OVERLAYS
                         The operator's settings (default: those of its Deployment, as far as it can be seen)

What a plan cannot know:
  - what only pods show: whether they find nodes, get their images, come up, and how a rollout goes (Ready is told
    where an object, the credentials or the certificate stand in its way, and where no pods are wanted);
  - the address that a load balancer gives, and the certificate that cert-manager will issue;
  - how many clients there are: they may raise the fewest pods of the autoscaler above what they needed before;
  - what comes between: other applies, quotas that fill up, a schedule that begins, an operator that does not run;
  - what you may not see: without rights to Secrets, nodes or the operator's Deployment a note says what is not known.
docs/conditions.md says of each reason of a condition whether a plan tells it.

Exit codes, as those of kubectl diff: 0 nothing would change, 1 something would, 2 an error (64 wrong usage).
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
  if (namespace === '') throw new UsageError('-n has no value: name a namespace, or leave it out');
  if (files.filter((file) => file === '-').length > 1) throw new UsageError('-f - is given twice: there is one input');
  return { files, namespace };
}
