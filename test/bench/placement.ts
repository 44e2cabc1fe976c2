import { availableParallelism } from 'node:os';

/** Which CPUs a part of the bench may use, as taskset(1) takes them; undefined = all. */
export interface Placement {
  contender: string | undefined;
  /** One of the contender's. */
  oneOfContender: string | undefined;
  load: string | undefined;
}

/** The load has the last CPU for itself; with a single CPU everything shares it. */
export function placement(cpus: number = availableParallelism()): Placement {
  if (cpus < 2) return { contender: undefined, oneOfContender: undefined, load: undefined };
  return { contender: cpus === 2 ? '0' : `0-${cpus - 2}`, oneOfContender: '0', load: String(cpus - 1) };
}

/** Where a contender runs under a load. */
export function contenderCpus(
  { contender, oneOfContender }: Placement,
  load: { isOnOneCpu?: boolean },
): string | undefined {
  return load.isOnOneCpu === true ? oneOfContender : contender;
}

/** A command with its arguments, kept to some CPUs. */
export function placed(cpus: string | undefined, command: readonly string[]): [string, ...string[]] {
  const [program = '', ...rest] = command;
  return cpus === undefined ? [program, ...rest] : ['taskset', '-c', cpus, program, ...rest];
}
