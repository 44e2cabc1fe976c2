import { BlockList, isIPv6 } from 'node:net';
import type { Cidr } from '../config/cidr.ts';

/** Decides by address who may connect. The block list wins; an empty allow list admits all others. */
export class AddressFilter {
  readonly #allowed: BlockList | undefined;
  readonly #blocked: BlockList | undefined;

  constructor(allowlist: readonly Cidr[], blocklist: readonly Cidr[]) {
    this.#allowed = toBlockList(allowlist);
    this.#blocked = toBlockList(blocklist);
  }

  /** @param address as `peerAddress` gives it */
  admits(address: string): boolean {
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    if (this.#blocked?.check(address, family)) return false;
    return this.#allowed?.check(address, family) ?? true;
  }
}

function toBlockList(networks: readonly Cidr[]): BlockList | undefined {
  if (networks.length === 0) return undefined;
  const list = new BlockList();
  for (const { address, prefix, family } of networks) list.addSubnet(address, prefix, family);
  return list;
}
