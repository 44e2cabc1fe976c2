// The first program in a node's namespaces: `node.ts SPEC.json [--owned]`.
import { startAgent } from './agent.ts';
import { keepRunning } from './component.ts';
import { nodeComponents } from './node-components.ts';
import type { ClusterSpec, NodeSpec } from './spec.ts';

const { cluster, node } = await startAgent<{ readonly cluster: ClusterSpec; readonly node: NodeSpec }>(
  (spec) => spec.node.addresses.ip,
);
for (const component of nodeComponents(cluster, node)) keepRunning(component, node.paths.logs);
