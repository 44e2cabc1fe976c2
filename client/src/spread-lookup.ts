import { lookup, type LookupAddress, type LookupAllOptions } from 'node:dns';
import type { LookupFunction } from 'node:net';

/**
 * Puts the addresses of a name in random order, so that the clients of a name with many addresses (a headless
 * Service) spread over them. What the system prefers, IPv4 or IPv6, stays first.
 * @param random numbers in [0, 1)
 */
export function spread(addresses: readonly LookupAddress[], random: () => number): LookupAddress[] {
  const drawn = addresses.map((address) => ({ address, ticket: random() })).sort((a, b) => a.ticket - b.ticket);
  const [preferred] = addresses;
  const isPreferred = ({ address }: { address: LookupAddress }): boolean => address.family === preferred?.family;
  return [...drawn.filter(isPreferred), ...drawn.filter((each) => !isPreferred(each))].map(({ address }) => address);
}

type Resolve = (
  hostname: string,
  options: LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** A name lookup for one connection: nothing is kept for the next one. @param resolve the system's, if not given */
export function spreadLookup(random: () => number, resolve: Resolve = lookup): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      const [first, ...others] = error ? [] : spread(addresses, random);
      if (!first) callback(error ?? new Error(`${hostname} has no address`), '');
      else if (options.all) callback(null, [first, ...others]);
      else callback(null, first.address, first.family);
    });
  };
}
