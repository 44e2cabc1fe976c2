import { describe, expect, it } from '@jest/globals';
import { BlockList } from 'node:net';
import { MAX_NODES, SLOTS, addressPlan, loadBalancerIp, nodeAddresses } from './addresses.ts';
import type { AddressPlan } from './addresses.ts';

/** [first, last] of a range as numbers. */
function bounds(range: string): [number, number] {
  const [address, prefix] = range.split('/');
  const first = address!.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  return [first, first + 2 ** (32 - Number(prefix)) - 1];
}

const ranges = (plan: AddressPlan): string[] => [
  plan.podRange,
  plan.serviceRange,
  plan.nodeRange,
  plan.loadBalancerRange,
  `${plan.hostIp}/30`,
];
const plans = Array.from({ length: SLOTS }, (_, slot) => addressPlan(slot));

describe('the address plan', () => {
  it('gives no two clusters, and no two parts of one, the same address', () => {
    const all = plans.flatMap(ranges).map(bounds).sort((a, b) => a[0] - b[0]); // prettier-ignore
    for (const [index, [first]] of all.entries()) {
      if (index > 0) expect(first).toBeGreaterThan(all[index - 1]![1]);
    }
  });

  it('stays in the range for tests of network devices (RFC 2544)', () => {
    const [least, most] = bounds('198.18.0.0/15');
    for (const [first, last] of plans.flatMap(ranges).map(bounds)) {
      expect(first).toBeGreaterThanOrEqual(least);
      expect(last).toBeLessThanOrEqual(most);
    }
  });

  it('keeps nodes and host outside the pods’ range, or kube-proxy would not masquerade what they send', () => {
    for (const plan of plans) {
      const pods = new BlockList();
      const [network, prefix] = plan.podRange.split('/');
      pods.addSubnet(network!, Number(prefix));
      for (const address of [plan.hostIp, plan.controlPlaneIp, nodeAddresses(plan, 1).ip, loadBalancerIp(plan, 1)]) {
        expect(pods.check(address)).toBe(false);
      }
      expect(pods.check(nodeAddresses(plan, MAX_NODES).podGateway)).toBe(true);
    }
  });

  it('names interfaces that the kernel takes (at most 15 characters)', () => {
    for (const { hostInterface } of plans) expect(hostInterface.length).toBeLessThanOrEqual(15);
  });

  it('refuses slots and nodes that there are not', () => {
    expect(() => addressPlan(SLOTS)).toThrow('cluster slot 8 is outside 0 to 7');
    expect(() => nodeAddresses(plans[0]!, 0)).toThrow('node 0 is outside 1 to 16');
  });
});
