import { isIPv6 } from 'node:net';

/** A peer's address as people write it: an IPv4 client of a dual-stack socket (`::ffff:1.2.3.4`) as IPv4. */
export function peerAddress(remoteAddress: string | undefined): string {
  const address = remoteAddress ?? '';
  const mapped = /^::ffff:(?<ipv4>\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  return mapped?.groups?.['ipv4'] ?? address;
}

/**
 * What an address is counted under: itself, or for IPv6 its /64, since one host has a whole /64 to choose from.
 */
export function rateLimitKey(address: string): string {
  // The colon spares all IPv4 clients the expression that isIPv6 is made of.
  if (!address.includes(':') || !isIPv6(address)) return address;
  const [head = '', tail] = address.split('%')[0]!.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const gap = tail === undefined ? [] : Array.from({ length: 8 - before.length - after.length }, () => '0');
  const groups = [...before, ...gap, ...after];
  const network = groups.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
  return `${network.join(':')}::/64`;
}
