import { describe, expect, it } from '@jest/globals';
import { loadBalancerRules } from './load-balancer-rules.ts';

const frontend = {
  ip: '198.18.144.1',
  sourceRanges: [],
  ports: [{ port: 8080, nodePort: 30123 }],
  backends: ['198.18.128.11', '198.18.128.12'],
};

describe('the load balancer’s rules', () => {
  it('pass new connections to the node port of a node chosen at random', () => {
    expect(loadBalancerRules([frontend])).toBe(`table ip load-balancer
delete table ip load-balancer
table ip load-balancer {
  chain to-198-18-144-1-8080 {
    numgen random mod 2 vmap { 0 : goto to-198-18-144-1-8080-0, 1 : goto to-198-18-144-1-8080-1 }
  }
  chain to-198-18-144-1-8080-0 {
    meta l4proto tcp dnat to 198.18.128.11:30123
  }
  chain to-198-18-144-1-8080-1 {
    meta l4proto tcp dnat to 198.18.128.12:30123
  }
  chain prerouting {
    type nat hook prerouting priority dstnat; policy accept;
    ip daddr 198.18.144.1 tcp dport 8080 goto to-198-18-144-1-8080
  }
}
`);
  });

  it('keep the source ranges of the Service', () => {
    const rules = loadBalancerRules([{ ...frontend, sourceRanges: ['10.0.0.0/8', '192.0.2.1/32'] }]);
    expect(rules).toContain('    ip saddr != { 10.0.0.0/8, 192.0.2.1/32 } drop\n    numgen');
  });

  it('leave out a Service that no node can serve, so that it is unreachable at once', () => {
    expect(loadBalancerRules([{ ...frontend, backends: [] }])).not.toContain('198.18.144.1');
  });
});
