/** Plain JSON of an object. */
export type Fields = Readonly<Record<string, unknown>>;

/** Lists whose items have an identity, and the field that is it (patchMergeKey of the API's types). */
const MERGE_KEYS: Readonly<Record<string, string>> = {
  containers: 'name',
  initContainers: 'name',
  volumes: 'name',
  env: 'name',
  imagePullSecrets: 'name',
  volumeMounts: 'mountPath',
  volumeDevices: 'devicePath',
  ports: 'containerPort',
  hostAliases: 'ip',
  topologySpreadConstraints: 'topologyKey',
};

export const isFields = (value: unknown): value is Fields =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

/** The API takes null for nothing: there is no field to remove, and none is to be read. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isFields(value)) return value;
  const given = Object.entries(value).filter(([, each]) => each !== null);
  return Object.fromEntries(given.map(([name, each]) => [name, withoutNulls(each)]));
}

function mergeLists(base: readonly unknown[], overlay: readonly unknown[], key: string): unknown[] {
  const identity = (item: unknown): unknown => (isFields(item) ? item[key] : undefined);
  const merged = [...base];
  for (const item of overlay) {
    const at = merged.findIndex((known) => identity(known) !== undefined && identity(known) === identity(item));
    if (at < 0) merged.push(withoutNulls(item));
    else merged[at] = mergeValues(merged[at], item, '');
  }
  return merged;
}

function mergeValues(base: unknown, overlay: unknown, name: string): unknown {
  const key = MERGE_KEYS[name];
  if (key !== undefined && Array.isArray(base) && Array.isArray(overlay)) return mergeLists(base, overlay, key);
  return isFields(base) && isFields(overlay) ? mergeFields(base, overlay) : withoutNulls(overlay);
}

function mergeFields(base: Fields, overlay: Fields): Fields {
  const merged: Record<string, unknown> = { ...base };
  for (const [name, value] of Object.entries(overlay)) {
    if (value === null) delete merged[name];
    else merged[name] = mergeValues(base[name], value, name);
  }
  return merged;
}

/** Lays `overlay` over a pod's spec as a strategic merge patch does: lists by identity, null removes a field. */
export function mergePodSpec<T extends object>(base: T, overlay: Fields): T;
export function mergePodSpec(base: object, overlay: Fields): Fields {
  return mergeFields(Object.fromEntries(Object.entries(base)), overlay);
}

/** Fields of a pod that the operator or its Deployment decide. */
const FIXED_POD_FIELDS = [
  'automountServiceAccountToken',
  'hostUsers',
  'nodeName',
  'restartPolicy',
  'securityContext',
  'serviceAccount',
  'serviceAccountName',
  'terminationGracePeriodSeconds',
];
/** What of the server's container is open to the overlay. */
const OPEN_CONTAINER_FIELDS = new Set(['name', 'env', 'volumeMounts']);

/** Those items of a list that are objects; none of what is no list. */
export const itemsOf = (value: unknown): readonly Fields[] => (Array.isArray(value) ? value.filter(isFields) : []);

function clashes(base: unknown, overlay: unknown, key: string): string[] {
  const taken = new Set(itemsOf(base).map((item) => item[key]));
  return itemsOf(overlay)
    .map((item) => item[key])
    .filter((identity) => taken.has(identity))
    .map(String);
}

/** Lists that are none: null would remove what the operator set, anything else would take its place. */
function notLists(overlay: Fields, path: string, names: readonly string[]): string[] {
  return names
    .filter((name) => overlay[name] !== undefined && !Array.isArray(overlay[name]))
    .map((name) => `${path}.${name} ${overlay[name] === null ? 'cannot be removed' : 'must be a list'}`);
}

/**
 * What an overlay may not do: take away or change what the operator sets. Each refusal says what and where. Whether the
 * rest is a valid pod the API server decides.
 */
export function overlayProblems(base: object, overlay: Fields, serverContainer: string): string[] {
  const given = Object.fromEntries(Object.entries(base));
  const fixed = FIXED_POD_FIELDS.filter((name) => name in overlay).map(
    (name) => `spec.podTemplate.spec.${name} cannot be set: the operator decides it`,
  );
  const volumes = clashes(given['volumes'], overlay['volumes'], 'name').map(
    (name) => `spec.podTemplate.spec.volumes: volume ${name} is the operator's; choose another name`,
  );
  const own = itemsOf(given['containers']).find(({ name }) => name === serverContainer);
  const containers = itemsOf(overlay['containers']).filter(({ name }) => name === serverContainer);
  const path = `spec.podTemplate.spec.containers[${serverContainer}]`;
  const server = containers.flatMap((container) => [
    ...Object.keys(container)
      .filter((name) => !OPEN_CONTAINER_FIELDS.has(name))
      .map((name) => `${path}.${name} cannot be set here: use the fields of spec`),
    ...clashes(own?.['env'], container['env'], 'name').map(
      (name) => `${path}.env: ${name} is set by the operator: use the field of spec`,
    ),
    ...clashes(own?.['volumeMounts'], container['volumeMounts'], 'mountPath').map(
      (mountPath) => `${path}.volumeMounts: ${mountPath} is taken; choose another path`,
    ),
  ]);
  const nameless = ['containers', 'initContainers', 'volumes'].flatMap((list) =>
    itemsOf(overlay[list])
      .filter(({ name }) => typeof name !== 'string' || name === '')
      .map(() => `spec.podTemplate.spec.${list}: every item must have a name`),
  );
  const lists = [
    ...notLists(overlay, 'spec.podTemplate.spec', ['containers', 'initContainers', 'volumes', 'imagePullSecrets']),
    ...containers.flatMap((container) => notLists(container, path, ['env', 'volumeMounts'])),
  ];
  return [...fixed, ...lists, ...nameless, ...volumes, ...server];
}
