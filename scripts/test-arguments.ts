/** The tiers in the order of running, cheapest first, each with what it is. */
export const TIERS = {
  lint: 'format, types, lint, import rules, unused code, generated files',
  unit: 'pure modules, in process',
  server: 'the server as a process, over real sockets',
  faults: 'the operator as a process, against a real API server that fails in every way',
  cluster: 'a real Kubernetes, with the operator and the server in containers',
} as const;

export type Tier = keyof typeof TIERS;

export interface TestArguments {
  readonly tiers: readonly Tier[];
  /** Passed on to jest, such as a pattern of file names. */
  readonly jestArguments: readonly string[];
}

/** Tiers first (none: all of them), then what jest gets. */
export function parseArguments(args: readonly string[]): TestArguments {
  const names = Object.keys(TIERS).filter(isTier);
  const end = args.findIndex((argument) => !isTier(argument));
  const chosen = args.slice(0, end === -1 ? args.length : end).filter(isTier);
  const jestArguments = end === -1 ? [] : args.slice(end);
  if (chosen.length === 0 && jestArguments.length > 0) {
    throw new Error(`"${jestArguments[0]!}" is no tier; there are: ${names.join(', ')}`);
  }
  return { tiers: names.filter((tier) => chosen.length === 0 || chosen.includes(tier)), jestArguments };
}

function isTier(name: string): name is Tier {
  return Object.hasOwn(TIERS, name);
}
