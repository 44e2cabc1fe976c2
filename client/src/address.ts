/** Where a server listens. */
export interface Address {
  host: string;
  /** 1–65535 */
  port: number;
}

/**
 * Reads `HOST:PORT`; an IPv6 host stands in brackets: `[::1]:8080`.
 * @throws RangeError that says what is wrong with the text
 */
export function parseAddress(text: string): Address {
  const match = /^(?:\[([0-9A-Fa-f:.]+(?:%[\w.-]+)?)\]|([^\s:[\]/]+)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (!match || port < 1 || port > 65_535) {
    throw new RangeError(
      `address ${JSON.stringify(text)} is not HOST:PORT with a port of 1 to 65535 (an IPv6 host in brackets, as in [::1]:8080)`,
    );
  }
  return { host: (match[1] ?? match[2])!, port };
}

/** The text that `parseAddress` reads. */
export function formatAddress(address: Address): string {
  const host = address.host.includes(':') ? `[${address.host}]` : address.host;
  return `${host}:${address.port}`;
}
