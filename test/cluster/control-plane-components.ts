import { join } from 'node:path';
import { CertificateStore } from './certificates.ts';
import type { ComponentSpec } from './component.ts';
import { kubeconfigOf } from './pki.ts';

import type { ClusterSpec } from './spec.ts';

/** etcd and the API server, which all else needs. */
export function storageComponents(cluster: ClusterSpec): readonly ComponentSpec[] {
  return [etcd(cluster), apiServer(cluster)];
}

/** What may start once the API server is ready: it exits when RBAC is not there yet. */
export function controllerComponents(cluster: ClusterSpec): readonly ComponentSpec[] {
  return [controllerManager(cluster), scheduler(cluster)];
}

/** What exits without the roles that the add-ons' manifests give it. */
export function addonComponents(cluster: ClusterSpec): readonly ComponentSpec[] {
  return [coreDns(cluster), metricsServer(cluster)];
}

function etcd({ tools, paths }: ClusterSpec): ComponentSpec {
  return {
    name: 'etcd',
    command: tools.etcd,
    args: [
      '--name=etcd',
      `--data-dir=${join(paths.state, 'etcd')}`,
      '--listen-client-urls=http://127.0.0.1:2379',
      '--advertise-client-urls=http://127.0.0.1:2379',
      '--listen-peer-urls=http://127.0.0.1:2380',
      '--initial-advertise-peer-urls=http://127.0.0.1:2380',
      '--initial-cluster=etcd=http://127.0.0.1:2380',
      // The data dies with the cluster; a crash of the machine need not be survived.
      '--unsafe-no-fsync',
      '--auto-compaction-mode=periodic',
      '--auto-compaction-retention=10m',
    ],
  };
}

function apiServer(cluster: ClusterSpec): ComponentSpec {
  const { tools, paths, addresses } = cluster;
  const pki = new CertificateStore(paths.pki);
  return {
    name: 'kube-apiserver',
    command: tools['kube-apiserver'],
    args: [
      '--etcd-servers=http://127.0.0.1:2379',
      '--bind-address=0.0.0.0',
      '--secure-port=6443',
      `--advertise-address=${addresses.controlPlaneIp}`,
      `--service-cluster-ip-range=${addresses.serviceRange}`,
      `--tls-cert-file=${pki.certificate('kube-apiserver')}`,
      `--tls-private-key-file=${pki.key('kube-apiserver')}`,
      `--client-ca-file=${pki.certificate('ca')}`,
      `--service-account-key-file=${pki.publicKey('service-accounts')}`,
      `--service-account-signing-key-file=${pki.key('service-accounts')}`,
      '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
      `--kubelet-client-certificate=${pki.certificate('kubelet-client')}`,
      `--kubelet-client-key=${pki.key('kubelet-client')}`,
      `--kubelet-certificate-authority=${pki.certificate('ca')}`,
      // Else logs and exec would look up the node's name.
      '--kubelet-preferred-address-types=InternalIP',
      '--authorization-mode=Node,RBAC',
      '--enable-admission-plugins=NodeRestriction',
      '--allow-privileged=true',
      `--requestheader-client-ca-file=${pki.certificate('front-proxy-ca')}`,
      '--requestheader-allowed-names=front-proxy-client',
      '--requestheader-extra-headers-prefix=X-Remote-Extra-',
      '--requestheader-group-headers=X-Remote-Group',
      '--requestheader-username-headers=X-Remote-User',
      `--proxy-client-cert-file=${pki.certificate('front-proxy-client')}`,
      `--proxy-client-key-file=${pki.key('front-proxy-client')}`,
      // No kube-proxy runs beside the API server, so it goes to the endpoints, not to the ClusterIP.
      '--enable-aggregator-routing=true',
    ],
  };
}

function controllerManager(cluster: ClusterSpec): ComponentSpec {
  const { tools, paths, addresses } = cluster;
  const pki = new CertificateStore(paths.pki);
  return {
    name: 'kube-controller-manager',
    command: tools['kube-controller-manager'],
    args: [
      ...signInAs(cluster, 'kube-controller-manager'),
      '--bind-address=127.0.0.1',
      '--leader-elect=false',
      '--use-service-account-credentials=true',
      `--service-account-private-key-file=${pki.key('service-accounts')}`,
      `--root-ca-file=${pki.certificate('ca')}`,
      `--cluster-signing-cert-file=${pki.certificate('ca')}`,
      `--cluster-signing-key-file=${pki.key('ca')}`,
      `--cluster-cidr=${addresses.podRange}`,
      `--service-cluster-ip-range=${addresses.serviceRange}`,
      // Each node's range is fixed by its number.
      '--allocate-node-cidrs=false',
      // The default of 15 s only makes tests wait.
      '--horizontal-pod-autoscaler-sync-period=5s',
      '--horizontal-pod-autoscaler-initial-readiness-delay=10s',
      '--horizontal-pod-autoscaler-cpu-initialization-period=30s',
    ],
  };
}

function scheduler(cluster: ClusterSpec): ComponentSpec {
  return {
    name: 'kube-scheduler',
    command: cluster.tools['kube-scheduler'],
    args: [...signInAs(cluster, 'kube-scheduler'), '--bind-address=127.0.0.1', '--leader-elect=false'],
  };
}

/** To call the API, and to ask it who calls and what they may. */
function signInAs(cluster: ClusterSpec, user: string): readonly string[] {
  const kubeconfig = kubeconfigOf(cluster, user);
  return ['', 'authentication-', 'authorization-'].map((purpose) => `--${purpose}kubeconfig=${kubeconfig}`);
}

function coreDns(cluster: ClusterSpec): ComponentSpec {
  return {
    name: 'coredns',
    command: cluster.tools.coredns,
    args: ['-conf', corefilePath(cluster)],
  };
}

export function corefilePath(cluster: ClusterSpec): string {
  return join(cluster.paths.state, 'Corefile');
}

/** CoreDNS answers for the cluster only: there is nothing outside that the pods of a test should reach. */
export function corefile(cluster: ClusterSpec): string {
  return `.:53 {
    bind ${cluster.addresses.controlPlaneIp}
    errors
    health ${cluster.addresses.controlPlaneIp}:8180
    ready ${cluster.addresses.controlPlaneIp}:8181
    kubernetes cluster.local in-addr.arpa {
        kubeconfig ${kubeconfigOf(cluster, 'coredns')}
        pods insecure
        ttl 5
    }
    cache 5
    reload
}
`;
}

function metricsServer(cluster: ClusterSpec): ComponentSpec {
  const pki = new CertificateStore(cluster.paths.pki);
  return {
    name: 'metrics-server',
    command: cluster.tools['metrics-server'],
    args: [
      ...signInAs(cluster, 'metrics-server-client'),
      '--secure-port=4443',
      `--tls-cert-file=${pki.certificate('metrics-server')}`,
      `--tls-private-key-file=${pki.key('metrics-server')}`,
      `--kubelet-certificate-authority=${pki.certificate('ca')}`,
      '--kubelet-preferred-address-types=InternalIP',
      // Its least: the kubelet's own readings are 10 s to 15 s apart.
      '--metric-resolution=15s',
    ],
  };
}
