import { join } from 'node:path';
import { CertificateStore } from './certificates.ts';
import { DNS_DOMAIN } from './spec.ts';
import type { ClusterSpec, NodeSpec } from './spec.ts';

/** The configuration files of one node by path, below its state folder. */
export function nodeConfigFiles(cluster: ClusterSpec, node: NodeSpec): ReadonlyMap<string, string> {
  const file = (name: string): string => join(node.paths.state, name);
  return new Map([
    [file('containerd.toml'), containerdConfig(node)],
    [file('cni/10-bridge.conflist'), JSON.stringify(cniConfig(node), undefined, 2)],
    [file('kubelet.json'), JSON.stringify(kubeletConfig(cluster, node), undefined, 2)],
    // What pods with dnsPolicy Default get: no name server, since there is nothing outside to ask.
    [file('resolv.conf'), '# no name server outside of the cluster\n'],
  ]);
}

/** containerd 1.6, configuration version 2. */
function containerdConfig(node: NodeSpec): string {
  const { state } = node.paths;
  const cri = 'plugins."io.containerd.grpc.v1.cri"';
  return `version = 2
root = ${quote(join(state, 'containerd'))}
state = ${quote(join(state, 'containerd-run'))}
# Neither devmapper nor a network of its own is wanted.
disabled_plugins = ["io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.zfs"]

[grpc]
  address = ${quote(node.paths.containerdSocket)}

[plugins."io.containerd.internal.v1.opt"]
  path = ${quote(join(state, 'containerd-opt'))}

[${cri}]
  sandbox_image = ${quote(node.pauseImage)}
  # A machine without CAP_SYS_RESOURCE may not lower oom_score_adj; without this every pod would fail.
  restrict_oom_score_adj = true

  [${cri}.containerd]
    snapshotter = "overlayfs"
    default_runtime_name = "runc"
    [${cri}.containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [${cri}.containerd.runtimes.runc.options]
        BinaryName = "runc"
        SystemdCgroup = false

  [${cri}.cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = ${quote(join(state, 'cni'))}
`;
}

function quote(text: string): string {
  return JSON.stringify(text);
}

/** https://www.cni.dev/plugins/current/main/bridge/ */
function cniConfig(node: NodeSpec): unknown {
  return {
    cniVersion: '1.0.0',
    name: 'pods',
    plugins: [
      {
        type: 'bridge',
        bridge: 'pods0',
        isGateway: true,
        // A pod that calls a Service that it backs itself gets its packets back through the bridge.
        hairpinMode: true,
        ipMasq: false,
        ipam: {
          type: 'host-local',
          ranges: [[{ subnet: node.addresses.podRange, gateway: node.addresses.podGateway }]],
          routes: [{ dst: '0.0.0.0/0' }],
          dataDir: join(node.paths.state, 'cni-addresses'),
        },
      },
      { type: 'portmap', capabilities: { portMappings: true } },
    ],
  };
}

/** https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/ */
function kubeletConfig(cluster: ClusterSpec, node: NodeSpec): unknown {
  const pki = new CertificateStore(cluster.paths.pki);
  const { state, logs } = node.paths;
  return {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    address: '0.0.0.0',
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: pki.certificate('ca') },
    },
    authorization: { mode: 'Webhook' },
    tlsCertFile: pki.certificate(node.name),
    tlsPrivateKeyFile: pki.key(node.name),
    containerRuntimeEndpoint: `unix://${node.paths.containerdSocket}`,
    cgroupDriver: 'cgroupfs',
    cgroupRoot: `/${node.cgroup}`,
    failCgroupV1: false,
    failSwapOn: false,
    clusterDNS: [cluster.addresses.dnsServiceIp],
    clusterDomain: DNS_DOMAIN,
    resolvConf: join(state, 'resolv.conf'),
    podLogsDir: join(logs, 'pods'),
    volumePluginDir: join(state, 'volume-plugins'),
    // The disk is the machine's, and may be fuller than a node's would be.
    evictionHard: {
      'memory.available': '100Mi',
      'nodefs.available': '1%',
      'nodefs.inodesFree': '1%',
      'imagefs.available': '1%',
    },
    imageGCHighThresholdPercent: 100,
    // Test images are never pulled again.
    imageMinimumGCAge: '24h',
    serializeImagePulls: false,
    maxPods: 110,
  };
}
