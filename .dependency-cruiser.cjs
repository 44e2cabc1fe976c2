// Who may import what. The architecture's rules as checks; `npm run lint` runs them.
const only = (name, from, allowed) => ({
  name,
  severity: 'error',
  from: { path: `^${from}/src`, pathNot: '\\.test\\.ts$' },
  to: { path: '^(protocol|server|client|cli|operator|test|scripts)/', pathNot: `^(${[from, ...allowed].join('|')})/` },
});
module.exports = {
  forbidden: [
    only('protocol-imports-nothing-of-ours', 'protocol', []),
    only('server-imports-protocol', 'server', ['protocol']),
    only('client-imports-protocol', 'client', ['protocol']),
    only('cli-imports-client-and-protocol', 'cli', ['client', 'protocol']),
    {
      name: 'operator-imports-none-of-ours-at-run-time',
      comment: "A type of the server's configuration may be imported: it is erased.",
      severity: 'error',
      from: { path: '^operator/src', pathNot: '\\.test\\.ts$' },
      to: { path: '^(protocol|server|client|cli|test|scripts)/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'builders-are-pure',
      comment: 'Builders see the API types and other builders only: no I/O, no clock, no environment.',
      severity: 'error',
      from: { path: '^operator/src/builders', pathNot: '\\.test\\.ts$' },
      to: { pathNot: ['^operator/src/(api|builders)/', '^server/src/config', '@kubernetes/client-node'] },
    },
    {
      name: 'builders-take-types-only-from-client-node',
      severity: 'error',
      from: { path: '^operator/src/builders', pathNot: '\\.test\\.ts$' },
      to: { path: '@kubernetes/client-node|^server/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'runtime-knows-nothing-of-tickstorm',
      severity: 'error',
      from: { path: '^operator/src/runtime' },
      to: { path: '^operator/src/(?!runtime/)' },
    },
    {
      name: 'session-and-fanout-are-sans-io',
      severity: 'error',
      from: { path: '^server/src/(session|fanout|feeds)', pathNot: '\\.test\\.ts$' },
      to: { path: '^(node:)?(net|tls|http|fs|child_process|cluster|dgram)$' },
    },
    {
      name: 'nothing-imports-test',
      severity: 'error',
      from: { pathNot: '^(test|scripts)/' },
      to: { path: '^test/' },
    },
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|node_modules)/' },
    // TypeScript 7 has no compiler API to read type-only imports with.
    parser: 'swc',
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { conditionNames: ['source', 'import', 'node', 'default'], exportsFields: ['exports'] },
  },
};
