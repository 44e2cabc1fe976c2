import { parseArgs } from 'node:util';

export interface Options {
  /** Each kind of change once, with fewer clients. */
  quick: boolean;
  /** A plain Deployment instead of TickStorms. */
  plain: boolean;
  clients: number;
  processes: number;
}

export const USAGE = `usage: npm run test:lossless [-- --quick] [--plain] [--clients N] [--processes N]

Connects clients to TickStorms in a cluster on this machine, at 2,000 ticks a second, makes one change after the other,
and checks that no client that resumes misses a tick, gets one twice, or gets them out of order.

  --quick        each kind of change once, in less than 10 minutes, with 240 clients
  --plain        the same against a plain Deployment with an autoscaler and clients that know no GOAWAY and no resume,
                 for comparison: what is lost there is shown and is no failure
  --clients N    connections (2,000; with --quick 240)
  --processes N  processes that they are spread over (4; with --quick 2)

Exit codes: 0 nothing was lost, 1 something was, or the run failed, 64 wrong usage.`;

export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/**
 * @returns undefined when help is asked for
 * @throws UsageError
 */
export function parseOptions(args: readonly string[]): Options | undefined {
  const { help, quick = false, plain = false, clients, processes } = parse(args);
  if (help) return undefined;
  return {
    quick,
    plain,
    clients: wholeNumber('clients', clients, quick ? 240 : 2_000),
    processes: wholeNumber('processes', processes, quick ? 2 : 4),
  };
}

function parse(args: readonly string[]): {
  help?: boolean;
  quick?: boolean;
  plain?: boolean;
  clients?: string;
  processes?: string;
} {
  try {
    return parseArgs({
      args: [...args],
      options: {
        help: { type: 'boolean', short: 'h' },
        quick: { type: 'boolean' },
        plain: { type: 'boolean' },
        clients: { type: 'string' },
        processes: { type: 'string' },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function wholeNumber(name: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new UsageError(`--${name} is a whole number from 1 on, not "${text}"`);
  return Number(text);
}
