import { availableParallelism } from 'node:os';

/** Which CPUs a part of the bench may use, as taskset(1) takes them; undefined = all. */
export interface Placement {
  contender: string | undefined;
  load: string | undefined;
}

/** The load has the last CPU for itself; with a single CPU everything shares it. */
export function placement(cpus: number = availableParallelism()): Placement {
  if (cpus < 2) return { contender: undefined, load: undefined };
  return { contender: cpus === 2 ? '0' : `0-${cpus - 2}`, load: String(cpus - 1) };
}

/** A command with its arguments, kept to some CPUs. */
export function placed(cpus: string | undefined, command: readonly string[]): [string, ...string[]] {
  const [program = '', ...rest] = command;
  return cpus === undefined ? [program, ...rest] : ['taskset', '-c', cpus, program, ...rest];
}
