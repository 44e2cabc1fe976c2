import { describe, expect, it } from '@jest/globals';
import type { Cidr } from '../config/cidr.ts';
import { parseCidrList } from '../config/cidr.ts';
import { AddressFilter } from './address-filter.ts';

function networks(text: string): Cidr[] {
  const list = parseCidrList(text);
  if (!list) throw new Error(text);
  return list;
}

describe('AddressFilter', () => {
  it('admits all when both lists are empty', () => {
    const filter = new AddressFilter([], []);
    expect(['1.2.3.4', '2001:db8::1'].map((address) => filter.admits(address))).toEqual([true, true]);
  });

  it('keeps the families apart, but for IPv4 addresses that are written as IPv6', () => {
    const noIpv6 = new AddressFilter([], networks('::/0'));
    expect(['10.0.0.1', '2001:db8::1'].map((address) => noIpv6.admits(address))).toEqual([true, false]);
    const onlyIpv4 = new AddressFilter(networks('0.0.0.0/0'), networks('::ffff:10.0.0.0/104'));
    const addresses = ['10.0.0.1', '11.0.0.1', '2001:db8::1'];
    expect(addresses.map((address) => onlyIpv4.admits(address))).toEqual([false, true, false]);
  });

  it('lets the block list win over the allow list', () => {
    const filter = new AddressFilter(networks('10.0.0.0/8,2001:db8::/32'), networks('10.1.0.0/16,2001:db8:bad::/48'));
    const verdicts = { '10.2.0.1': true, '10.1.0.1': false, '11.0.0.1': false, '2001:db8::1': true };
    for (const [address, verdict] of Object.entries({ ...verdicts, '2001:db8:bad::1': false, '::1': false })) {
      expect([address, filter.admits(address)]).toEqual([address, verdict]);
    }
  });
});
