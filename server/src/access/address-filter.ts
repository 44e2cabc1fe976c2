import { BlockList } from 'node:net';
import type { Cidr } from '../config/cidr.ts';

/** The prefix of IPv4-mapped addresses, ::ffff:0:0/96. */
const MAPPED_PREFIX = 96;

/** Decides by address who may connect. The block list wins; an empty allow list admits all others. */
export class AddressFilter {
  readonly #allowed: Networks | undefined;
  readonly #blocked: Networks;

  constructor(allowlist: readonly Cidr[], blocklist: readonly Cidr[]) {
    this.#allowed = allowlist.length === 0 ? undefined : new Networks(allowlist);
    this.#blocked = new Networks(blocklist);
  }

  /** @param address as `peerAddress` gives it */
  admits(address: string): boolean {
    return !this.#blocked.has(address) && (this.#allowed?.has(address) ?? true);
  }
}

/**
 * Networks of both families, apart: to a BlockList of both every IPv4 address lies in ::/0, so that blocking all of
 * IPv6 would block everybody.
 */
class Networks {
  /** undefined = there are none of this family: most lists are empty, and a look into a BlockList takes microseconds. */
  #ipv4: BlockList | undefined;
  #ipv6: BlockList | undefined;

  constructor(networks: readonly Cidr[]) {
    for (const { address, prefix, family } of networks) {
      if (family === 'ipv6') (this.#ipv6 ??= new BlockList()).addSubnet(address, prefix, family);
      if (family === 'ipv4' || prefix >= MAPPED_PREFIX) {
        (this.#ipv4 ??= new BlockList()).addSubnet(address, prefix, family);
      }
    }
  }

  has(address: string): boolean {
    // A colon tells IPv6 from IPv4 at less than the expression that isIPv6 is made of.
    if (address.includes(':')) return this.#ipv6?.check(address, 'ipv6') ?? false;
    return this.#ipv4?.check(address, 'ipv4') ?? false;
  }
}
