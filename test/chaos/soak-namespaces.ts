const TICK_STORMS_PER_NAMESPACE = 25;

/** The namespace of the TickStorm of this name, `t0`, `t1` and so on. */
export function namespaceOf(name: string): string {
  return `soak-${Math.floor(Number(name.slice(1)) / TICK_STORMS_PER_NAMESPACE)}`;
}

/** The names of so many TickStorms. */
export function soakNames(resources: number): readonly string[] {
  return Array.from({ length: resources }, (_, index) => `t${index}`);
}

/** The namespaces of so many TickStorms. */
export function soakNamespaces(resources: number): readonly string[] {
  return [...new Set(soakNames(resources).map(namespaceOf))];
}
