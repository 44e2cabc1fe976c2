import type { ClusterSpec } from './spec.ts';

/** A Kubernetes object as plain data. */
export type Manifest = Readonly<Record<string, unknown>>;

const rbacApi = 'rbac.authorization.k8s.io';

/**
 * What CoreDNS, metrics-server and the cloud's part need in the API. They run beside the control plane, not in pods
 * (so they need no images and survive the loss of any node): their Services have endpoints that name its address.
 * The rules are those of the projects' own manifests.
 */
export function addonManifests(cluster: ClusterSpec): readonly Manifest[] {
  return [
    ...clusterRole('system:coredns', [
      rule('', ['endpoints', 'services', 'pods', 'namespaces'], ['list', 'watch']),
      rule('discovery.k8s.io', ['endpointslices'], ['list', 'watch']),
    ]),
    ...serviceAt(cluster, 'kube-dns', { clusterIP: cluster.addresses.dnsServiceIp }, [
      { name: 'dns', protocol: 'UDP', port: 53 },
      { name: 'dns-tcp', protocol: 'TCP', port: 53 },
    ]),
    ...clusterRole('system:metrics-server', [
      rule('', ['nodes/metrics'], ['get']),
      rule('', ['pods', 'nodes'], ['get', 'list', 'watch']),
    ]),
    binding('ClusterRoleBinding', 'metrics-server:system:auth-delegator', 'ClusterRole', 'system:auth-delegator'),
    binding('RoleBinding', 'metrics-server-auth-reader', 'Role', 'extension-apiserver-authentication-reader'),
    {
      apiVersion: `${rbacApi}/v1`,
      kind: 'ClusterRole',
      metadata: {
        name: 'system:aggregated-metrics-reader',
        labels: {
          'rbac.authorization.k8s.io/aggregate-to-view': 'true',
          'rbac.authorization.k8s.io/aggregate-to-edit': 'true',
          'rbac.authorization.k8s.io/aggregate-to-admin': 'true',
        },
      },
      rules: [rule('metrics.k8s.io', ['pods', 'nodes'], ['get', 'list', 'watch'])],
    },
    ...serviceAt(cluster, 'metrics-server', {}, [{ name: 'https', protocol: 'TCP', port: 443, targetPort: 4443 }]),
    {
      apiVersion: 'apiregistration.k8s.io/v1',
      kind: 'APIService',
      metadata: { name: 'v1beta1.metrics.k8s.io' },
      spec: {
        group: 'metrics.k8s.io',
        version: 'v1beta1',
        groupPriorityMinimum: 100,
        versionPriority: 100,
        insecureSkipTLSVerify: true,
        service: { namespace: 'kube-system', name: 'metrics-server', port: 443 },
      },
    },
    ...clusterRole('system:cloud-controller-manager', [
      rule('', ['services', 'nodes'], ['get', 'list', 'watch']),
      rule('', ['services/status'], ['patch']),
    ]),
  ];
}

interface ServicePort {
  readonly name: string;
  readonly protocol: 'TCP' | 'UDP';
  readonly port: number;
  readonly targetPort?: number;
}

/** A Service without selector in kube-system whose endpoint is the control plane's address. */
function serviceAt(cluster: ClusterSpec, name: string, extra: Manifest, ports: readonly ServicePort[]): Manifest[] {
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace: 'kube-system' },
      spec: { ...extra, ports: ports.map((port) => ({ targetPort: port.port, ...port })) },
    },
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name, namespace: 'kube-system', labels: { 'kubernetes.io/service-name': name } },
      addressType: 'IPv4',
      endpoints: [{ addresses: [cluster.addresses.controlPlaneIp], conditions: { ready: true } }],
      ports: ports.map(({ name: portName, protocol, port, targetPort }) => ({
        name: portName,
        protocol,
        port: targetPort ?? port,
      })),
    },
  ];
}

function rule(apiGroup: string, resources: readonly string[], verbs: readonly string[]): Manifest {
  return { apiGroups: [apiGroup], resources, verbs };
}

/** A role for the user of the same name. */
function clusterRole(name: string, rules: readonly Manifest[]): Manifest[] {
  return [
    { apiVersion: `${rbacApi}/v1`, kind: 'ClusterRole', metadata: { name }, rules },
    {
      apiVersion: `${rbacApi}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name },
      roleRef: { apiGroup: rbacApi, kind: 'ClusterRole', name },
      subjects: [{ apiGroup: rbacApi, kind: 'User', name }],
    },
  ];
}

function binding(kind: 'ClusterRoleBinding' | 'RoleBinding', name: string, roleKind: string, role: string): Manifest {
  return {
    apiVersion: `${rbacApi}/v1`,
    kind,
    metadata: { name, ...(kind === 'RoleBinding' ? { namespace: 'kube-system' } : {}) },
    roleRef: { apiGroup: rbacApi, kind: roleKind, name: role },
    subjects: [{ apiGroup: rbacApi, kind: 'User', name: 'system:metrics-server' }],
  };
}
