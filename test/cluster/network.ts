import { MAX_NODES, nodeAddresses } from './addresses.ts';
import type { AddressPlan } from './addresses.ts';
import { CommandError, run } from './run.ts';
import type { NodeSpec } from './spec.ts';

/**
 * The wiring of a cluster. Its network is a bridge inside the control plane's network namespace; each node is a
 * namespace with one leg on it, and the host has one leg and a few routes. All of it, the host's part too, vanishes
 * with the namespaces: there is nothing that a crash could leave behind.
 *
 * ```
 *   host ── tickstormS ═ host0 ─ control plane (router, load balancer) ─ nodes0 (bridge) ═ eth0 ─ node-1 … node-N
 * ```
 */
export async function connectHost(plan: AddressPlan, controlPlanePid: number): Promise<void> {
  await ipBatch(undefined, [
    `link add ${plan.hostInterface} type veth peer name host0 netns ${controlPlanePid}`,
    `addr add ${plan.hostIp}/30 dev ${plan.hostInterface}`,
    `link set ${plan.hostInterface} up`,
  ]);
  await ipBatch(controlPlanePid, [
    'link set lo up',
    `addr add ${plan.gatewayIp}/30 dev host0`,
    'link set host0 up',
    'link add nodes0 type bridge',
    `addr add ${plan.controlPlaneIp}/24 dev nodes0`,
    'link set nodes0 up',
    // A load balancer's address without a ready node is unreachable at once, not after a time-out.
    `route add unreachable ${plan.loadBalancerRange}`,
    ...podRoutes(plan),
  ]);
  const ranges = [plan.podRange, plan.serviceRange, plan.nodeRange, plan.loadBalancerRange];
  await ipBatch(
    undefined,
    ranges.map((range) => `route add ${range} via ${plan.gatewayIp} dev ${plan.hostInterface}`),
  );
}

/** The kernel takes the link and its routes down after the namespaces' end, but in its own time: this does not wait. */
export async function disconnectHost(plan: AddressPlan): Promise<void> {
  await run('ip', ['link', 'delete', plan.hostInterface]).catch((error: unknown) => {
    if (!(error instanceof CommandError && error.stderr.includes('Cannot find device'))) throw error;
  });
}

/** Plugs a node into the bridge. */
export async function connectNode(
  plan: AddressPlan,
  node: NodeSpec,
  pids: { readonly controlPlane: number; readonly node: number },
): Promise<void> {
  // The process id makes the name new after a restart, while the kernel still takes the old leg down.
  const leg = `n${node.index}-${pids.node}`;
  await ipBatch(undefined, [`link add ${leg} netns ${pids.controlPlane} type veth peer name eth0 netns ${pids.node}`]);
  await ipBatch(pids.controlPlane, [`link set ${leg} master nodes0`, `link set ${leg} up`]);
  await ipBatch(pids.node, [
    'link set lo up',
    `addr add ${node.addresses.ip}/24 dev eth0`,
    'link set eth0 up',
    `route add default via ${plan.controlPlaneIp}`,
    ...podRoutes(plan, node.index),
  ]);
}

function podRoutes(plan: AddressPlan, except?: number): string[] {
  return Array.from({ length: MAX_NODES }, (_, i) => i + 1)
    .filter((index) => index !== except)
    .map((index) => nodeAddresses(plan, index))
    .map(({ ip, podRange }) => `route add ${podRange} via ${ip}`);
}

/** Runs ip(8) commands in the network namespace of a process, or in ours. */
async function ipBatch(pid: number | undefined, commands: readonly string[]): Promise<void> {
  const input = `${commands.join('\n')}\n`;
  if (pid === undefined) await run('ip', ['-batch', '-'], { input });
  else await run('nsenter', [`--net=/proc/${pid}/ns/net`, 'ip', '-batch', '-'], { input });
}
