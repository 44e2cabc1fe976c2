import { isFields, itemsOf, type Fields } from './pod-overlay.ts';

const POD_FIELDS = ['hostIPC', 'hostNetwork', 'hostPID'];
/** Capabilities that a runtime gives by default. */
const DEFAULT_CAPABILITIES: ReadonlySet<unknown> = new Set([
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
]);
/** Types of SELinux that confine a container. */
const SELINUX_TYPES: ReadonlySet<unknown> = new Set([
  undefined,
  '',
  'container_t',
  'container_init_t',
  'container_kvm_t',
  'container_engine_t',
]);
const PROBES = ['livenessProbe', 'readinessProbe', 'startupProbe'] as const;
const HOOKS = ['postStart', 'preStop'] as const;
/** Begin of the annotations that did what `appArmorProfile` does now; the API server still takes them over. */
const APP_ARMOR_ANNOTATION = 'container.apparmor.security.beta.kubernetes.io/';

const isGiven = (value: unknown): boolean => value !== undefined && value !== null && value !== '';
const fieldsIn = (value: unknown): Fields => (isFields(value) ? value : {});

/** Whether a probe or hook goes to an address that the overlay chooses: the kubelet asks from the node. */
function choosesHost(handler: unknown): boolean {
  const { httpGet, tcpSocket } = fieldsIn(handler);
  return [httpGet, tcpSocket].some((action) => isGiven(fieldsIn(action)['host']));
}

/** What of a container's fields reaches the node. */
function fieldsOf(container: Fields): string[] {
  const { lifecycle, ports, securityContext } = container;
  const { privileged, capabilities, seccompProfile, appArmorProfile, seLinuxOptions, procMount, windowsOptions } =
    fieldsIn(securityContext);
  const { add } = fieldsIn(capabilities);
  const { type, user, role } = fieldsIn(seLinuxOptions);
  const handlers = [...PROBES.map((name) => container[name]), ...HOOKS.map((name) => fieldsIn(lifecycle)[name])];
  return [
    privileged === true && 'privileged',
    isGiven(add) && !(Array.isArray(add) && add.every((name) => DEFAULT_CAPABILITIES.has(name))) && 'capabilities.add',
    fieldsIn(seccompProfile)['type'] === 'Unconfined' && 'seccompProfile',
    fieldsIn(appArmorProfile)['type'] === 'Unconfined' && 'appArmorProfile',
    (!SELINUX_TYPES.has(type) || isGiven(user) || isGiven(role)) && 'seLinuxOptions',
    isGiven(procMount) && procMount !== 'Default' && 'procMount',
    fieldsIn(windowsOptions)['hostProcess'] === true && 'hostProcess',
    itemsOf(ports).some(({ hostPort }) => hostPort !== undefined) && 'hostPort',
    handlers.some(choosesHost) && 'probe host',
  ].filter((field) => field !== false);
}

/**
 * What an overlay would do to the node: lift a pod out of its sandbox, wherever no pod security standard is enforced.
 * The list is that of the baseline standard (https://kubernetes.io/docs/concepts/security/pod-security-standards/); the
 * pod's own security context, and with it sysctls, is not open to overlays at all. The chart's admission policy looks
 * for the same fields.
 */
export function hostLevelProblems(overlay: Fields, annotations: Readonly<Record<string, string>> = {}): string[] {
  const pod = POD_FIELDS.filter((field) => overlay[field] === true).map(
    (field) => `spec.podTemplate.spec.${field} reaches the node: this operator allows no host-level fields`,
  );
  const paths = itemsOf(overlay['volumes'])
    .filter((volume) => volume['hostPath'] !== undefined)
    .map(({ name }) => `spec.podTemplate.spec.volumes: ${String(name)} must not be a hostPath`);
  const containers = [...itemsOf(overlay['containers']), ...itemsOf(overlay['initContainers'])].flatMap((container) =>
    fieldsOf(container).map(
      (field) => `spec.podTemplate.spec: container ${String(container['name'])} must not set ${field}`,
    ),
  );
  const unconfined = Object.entries(annotations)
    .filter(([name, value]) => name.startsWith(APP_ARMOR_ANNOTATION) && value === 'unconfined')
    .map(([name]) => `spec.podTemplate.metadata.annotations: ${name} must not be unconfined`);
  return [...pod, ...paths, ...containers, ...unconfined];
}
