import { join } from 'node:path';
import type { ComponentSpec } from './component.ts';
import { kubeconfigOf } from './pki.ts';
import { REGION } from './spec.ts';
import type { ClusterSpec, NodeSpec } from './spec.ts';

/** What runs on a node, in the order of starting. */
export function nodeComponents(cluster: ClusterSpec, node: NodeSpec): readonly ComponentSpec[] {
  return [containerd(node), kubelet(cluster, node), kubeProxy(cluster, node)];
}

function containerd(node: NodeSpec): ComponentSpec {
  return {
    name: 'containerd',
    command: 'containerd',
    args: ['--config', join(node.paths.state, 'containerd.toml')],
  };
}

function kubelet(cluster: ClusterSpec, node: NodeSpec): ComponentSpec {
  const { state } = node.paths;
  return {
    name: 'kubelet',
    command: cluster.tools.kubelet,
    args: [
      `--config=${join(state, 'kubelet.json')}`,
      `--kubeconfig=${join(state, 'kubelet.kubeconfig')}`,
      `--root-dir=${join(state, 'kubelet')}`,
      `--cert-dir=${join(state, 'kubelet-pki')}`,
      `--hostname-override=${node.name}`,
      `--node-ip=${node.addresses.ip}`,
      `--node-labels=topology.kubernetes.io/region=${REGION},topology.kubernetes.io/zone=${node.zone}`,
    ],
  };
}

function kubeProxy(cluster: ClusterSpec, node: NodeSpec): ComponentSpec {
  return {
    name: 'kube-proxy',
    command: cluster.tools['kube-proxy'],
    args: [
      `--kubeconfig=${kubeconfigOf(cluster, 'kube-proxy')}`,
      `--hostname-override=${node.name}`,
      '--proxy-mode=nftables',
      `--cluster-cidr=${cluster.addresses.podRange}`,
      '--healthz-bind-address=0.0.0.0:10256',
      // These limits belong to the machine, not to a node's network namespace.
      '--conntrack-max-per-core=0',
    ],
  };
}
