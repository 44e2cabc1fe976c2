/** One LoadBalancer Service as the load balancer sees it. */
export interface Frontend {
  readonly ip: string;
  /** CIDRs that may connect; none means all. */
  readonly sourceRanges: readonly string[];
  readonly ports: readonly { readonly port: number; readonly nodePort: number }[];
  /** Addresses of the nodes that may get new connections. */
  readonly backends: readonly string[];
}

/**
 * The whole rule set as input to `nft -f`; one transaction that takes the place of the last one. Only the first
 * packet of a connection passes here (nat hook), so connections stay where they are when the nodes change.
 */
export function loadBalancerRules(frontends: readonly Frontend[]): string {
  const dispatch: string[] = [];
  const chains: string[] = [];
  for (const { ip, sourceRanges, ports, backends } of frontends) {
    if (backends.length === 0) continue;
    for (const { port, nodePort } of ports) {
      const chain = `to-${ip.replaceAll('.', '-')}-${port}`;
      dispatch.push(`    ip daddr ${ip} tcp dport ${port} goto ${chain}`);
      const targets = backends.map((backend, index) => ({ chain: `${chain}-${index}`, backend }));
      const choices = targets.map((target, index) => `${index} : goto ${target.chain}`).join(', ');
      chains.push(
        `  chain ${chain} {`,
        ...(sourceRanges.length === 0 ? [] : [`    ip saddr != { ${sourceRanges.join(', ')} } drop`]),
        `    numgen random mod ${backends.length} vmap { ${choices} }`,
        '  }',
        ...targets.flatMap((target) => [
          `  chain ${target.chain} {`,
          `    meta l4proto tcp dnat to ${target.backend}:${nodePort}`,
          '  }',
        ]),
      );
    }
  }
  return [
    // Deleting what is not there is an error, so it is made first.
    'table ip load-balancer',
    'delete table ip load-balancer',
    'table ip load-balancer {',
    ...chains,
    '  chain prerouting {',
    '    type nat hook prerouting priority dstnat; policy accept;',
    ...dispatch,
    '  }',
    '}',
    '',
  ].join('\n');
}
