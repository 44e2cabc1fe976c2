// The first program in the control plane's namespaces: `control-plane.ts SPEC.json [--owned]`.
import { addonManifests } from './addons.ts';
import { startAgent } from './agent.ts';
import { ClusterApi } from './api.ts';
import { keepRunning, log } from './component.ts';
import { addonComponents, controllerComponents, storageComponents } from './control-plane-components.ts';
import { runLoadBalancer } from './load-balancer.ts';
import { run } from './run.ts';
import type { ClusterSpec } from './spec.ts';
import { waitFor } from './wait.ts';

const cluster = await startAgent<ClusterSpec>((spec) => spec.addresses.controlPlaneIp);
for (const component of storageComponents(cluster)) keepRunning(component, cluster.paths.logs);

const api = new ClusterApi(cluster, 'admin');
await waitFor(() => api.answers('/readyz'), { what: 'the API server', timeoutMs: 120_000, intervalMs: 50 });
log('API server is ready');
for (const component of controllerComponents(cluster)) keepRunning(component, cluster.paths.logs);

await run(cluster.tools.kubectl, ['apply', '--server-side', '-f', '-'], {
  input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: addonManifests(cluster) }),
  env: { ...process.env, KUBECONFIG: cluster.paths.kubeconfig },
});
log('add-ons are applied');
for (const component of addonComponents(cluster)) keepRunning(component, cluster.paths.logs);
await runLoadBalancer(cluster);
