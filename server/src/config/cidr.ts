import { isIP, isIPv4 } from 'node:net';

/** A network, or a single address with the full prefix. */
export interface Cidr {
  address: string;
  prefix: number;
  family: 'ipv4' | 'ipv6';
}

/**
 * Reads one IPv4 or IPv6 address or CIDR.
 * @returns undefined when the text is neither
 */
function parseCidr(text: string): Cidr | undefined {
  const [address = '', prefixText, ...more] = text.split('/');
  if (more.length > 0 || isIP(address) === 0) return undefined;
  const family = isIPv4(address) ? 'ipv4' : 'ipv6';
  const widest = family === 'ipv4' ? 32 : 128;
  if (prefixText === undefined) return { address, prefix: widest, family };
  if (!/^\d{1,3}$/.test(prefixText) || Number(prefixText) > widest) return undefined;
  return { address, prefix: Number(prefixText), family };
}

/**
 * Reads a comma-separated list of addresses and CIDRs; empty items are skipped.
 * @returns undefined when one of them is neither
 */
export function parseCidrList(text: string): Cidr[] | undefined {
  const networks: Cidr[] = [];
  for (const item of text.split(',').map((part) => part.trim())) {
    if (item === '') continue;
    const network = parseCidr(item);
    if (!network) return undefined;
    networks.push(network);
  }
  return networks;
}

/** The inverse of parsing: a single address without its prefix. */
export function formatCidr({ address, prefix, family }: Cidr): string {
  return prefix === (family === 'ipv4' ? 32 : 128) ? address : `${address}/${prefix}`;
}
