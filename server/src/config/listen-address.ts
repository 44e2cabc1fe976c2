import { isIPv6 } from 'node:net';

/** Where to listen. */
export interface ListenAddress {
  /** undefined = every address, IPv4 and IPv6. */
  host: string | undefined;
  /** 0 = let the system choose. */
  port: number;
}

/**
 * Reads `HOST:PORT`, `:PORT` or `[IPV6]:PORT`.
 * @returns undefined when the text is none of them
 */
export function parseListenAddress(text: string): ListenAddress | undefined {
  const match = /^(?:\[(?<ipv6>[0-9A-Fa-f:.]+)\]|(?<host>[^:\s[\]]*)):(?<port>\d{1,5})$/.exec(text);
  const port = Number(match?.groups?.['port'] ?? Number.NaN);
  if (!match || !(port <= 65_535)) return undefined;
  const ipv6 = match.groups?.['ipv6'];
  if (ipv6 !== undefined && !isIPv6(ipv6)) return undefined;
  const host = ipv6 ?? match.groups?.['host'];
  return { host: host === '' ? undefined : host, port };
}

/** The inverse of {@link parseListenAddress}. */
export function formatAddress(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
