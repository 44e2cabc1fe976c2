import { CertificateStore } from './certificates.ts';
import { join } from 'node:path';
import { writeKubeconfig } from './kubeconfig.ts';
import { apiServerUrl } from './spec.ts';
import type { ClusterSpec, NodeSpec } from './spec.ts';

/** The certificates and kubeconfigs of the control plane, and the administrator's kubeconfig. */
export async function createControlPlaneCredentials(cluster: ClusterSpec): Promise<void> {
  const { addresses, paths } = cluster;
  const pki = new CertificateStore(paths.pki);
  await Promise.all([
    pki.createAuthority('ca'),
    pki.createAuthority('front-proxy-ca'),
    pki.createKeyPair('service-accounts'),
  ]);
  const here = [`IP:${addresses.controlPlaneIp}`, 'IP:127.0.0.1', 'DNS:localhost'];
  const service = [
    'kubernetes',
    'kubernetes.default',
    'kubernetes.default.svc',
    'kubernetes.default.svc.cluster.local',
  ];
  await Promise.all([
    pki.issue('kube-apiserver', 'ca', {
      commonName: 'kube-apiserver',
      altNames: [...here, `IP:${addresses.kubernetesServiceIp}`, ...service.map((name) => `DNS:${name}`)],
    }),
    pki.issue('kubelet-client', 'ca', { commonName: 'kube-apiserver-kubelet-client', organization: 'system:masters' }),
    pki.issue('front-proxy-client', 'front-proxy-ca', { commonName: 'front-proxy-client' }),
    pki.issue('metrics-server', 'ca', { commonName: 'metrics-server', altNames: here }),
    pki.issue('admin', 'ca', { commonName: 'admin', organization: 'system:masters' }),
    pki.issue('kube-controller-manager', 'ca', { commonName: 'system:kube-controller-manager' }),
    pki.issue('kube-scheduler', 'ca', { commonName: 'system:kube-scheduler' }),
    pki.issue('kube-proxy', 'ca', { commonName: 'system:kube-proxy' }),
    // Users of their own, bound to the roles that their projects' manifests give them.
    pki.issue('coredns', 'ca', { commonName: 'system:coredns' }),
    pki.issue('metrics-server-client', 'ca', { commonName: 'system:metrics-server' }),
    pki.issue('cloud', 'ca', { commonName: 'system:cloud-controller-manager' }),
  ]);
  const server = apiServerUrl(cluster);
  await Promise.all(
    [
      'admin',
      'kube-controller-manager',
      'kube-scheduler',
      'kube-proxy',
      'coredns',
      'metrics-server-client',
      'cloud',
    ].map((certificate) =>
      writeKubeconfig(kubeconfigOf(cluster, certificate), pki, {
        certificate,
        server,
        context: `tick-storm-${cluster.name}`,
      }),
    ),
  );
}

/** The certificates and kubeconfig of one kubelet (https://kubernetes.io/docs/reference/access-authn-authz/node/). */
export async function createNodeCredentials(cluster: ClusterSpec, node: NodeSpec): Promise<void> {
  const pki = new CertificateStore(cluster.paths.pki);
  await pki.issue(node.name, 'ca', {
    commonName: `system:node:${node.name}`,
    organization: 'system:nodes',
    altNames: [`IP:${node.addresses.ip}`, `DNS:${node.name}`],
  });
  await writeKubeconfig(join(node.paths.state, 'kubelet.kubeconfig'), pki, {
    certificate: node.name,
    server: apiServerUrl(cluster),
    context: `tick-storm-${cluster.name}`,
  });
}

/** The administrator's kubeconfig is the cluster's own; the others lie beside it. */
export function kubeconfigOf(cluster: ClusterSpec, user: string): string {
  return user === 'admin' ? cluster.paths.kubeconfig : join(cluster.paths.state, `${user}.kubeconfig`);
}
