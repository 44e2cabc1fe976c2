import { isFields, itemsOf, type Fields } from './pod-overlay.ts';

const POD_FIELDS = ['hostIPC', 'hostNetwork', 'hostPID'];

/** What of a container's fields reaches the node. */
function fieldsOf({ securityContext, ports }: Fields): string[] {
  const context = isFields(securityContext) ? securityContext : {};
  const { privileged, allowPrivilegeEscalation, capabilities } = context;
  return [
    privileged === true && 'privileged',
    allowPrivilegeEscalation === true && 'allowPrivilegeEscalation',
    isFields(capabilities) && capabilities['add'] !== undefined && 'capabilities.add',
    itemsOf(ports).some(({ hostPort }) => hostPort !== undefined) && 'hostPort',
  ].filter((field) => field !== false);
}

/**
 * What an overlay would do to the node: lift a pod out of its sandbox, wherever no pod security standard is enforced.
 * The chart's admission policy looks for the same fields.
 */
export function hostLevelProblems(overlay: Fields): string[] {
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
  return [...pod, ...paths, ...containers];
}
