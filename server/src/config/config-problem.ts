/** What is wrong with one setting. */
export interface ConfigProblem {
  /** Its environment variable, or its key in the configuration file. */
  name: string;
  /** As it was given; never a password's. */
  value: string;
  allowed: string;
}

/** One line for people. */
export function formatProblem({ name, value, allowed }: ConfigProblem): string {
  return `${name}=${value} is not valid; allowed: ${allowed}`;
}
