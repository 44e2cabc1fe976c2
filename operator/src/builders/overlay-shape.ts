import { isFields, type Fields } from './pod-overlay.ts';

/** Fields of a pod that hold fields of their own, and lists whose items do, as far as the operator reads them. */
const OBJECTS = ['affinity', 'nodeSelector', 'overhead', 'resources'];
const LISTS_OF_OBJECTS = ['containers', 'initContainers', 'volumes'];
const CONTAINER_LISTS = ['containers', 'initContainers'];

/** A value of an overlay, and where it stands. Nothing and null say that it is not given. */
interface Place {
  readonly path: string;
  readonly value: unknown;
}

const isGiven = ({ value }: Place): boolean => value !== undefined && value !== null;

function within({ path, value }: Place, names: readonly string[]): Place[] {
  return isFields(value) ? names.map((name) => ({ path: `${path}.${name}`, value: value[name] })).filter(isGiven) : [];
}

function itemsAt({ path, value }: Place): Place[] {
  return Array.isArray(value) ? value.map((item: unknown, index) => ({ path: `${path}[${index}]`, value: item })) : [];
}

const notObjects = (places: readonly Place[]): string[] =>
  places.filter(({ value }) => !isFields(value)).map(({ path }) => `${path} must be an object`);

const notLists = (places: readonly Place[]): string[] =>
  places.filter(({ value }) => !Array.isArray(value)).map(({ path }) => `${path} must be a list`);

/**
 * What of an overlay has not the form that a pod has there. The schema leaves it open, and the operator reckons with the
 * pods before the API server judges them: what it reads must be what it takes it for.
 */
export function overlayShapeProblems(overlay: Fields): string[] {
  const pod: Place = { path: 'spec.podTemplate.spec', value: overlay };
  const containers = within(pod, CONTAINER_LISTS).flatMap(itemsAt);
  const resources = containers.flatMap((container) => within(container, ['resources']));
  const amounts = [...resources, ...within(pod, ['resources'])].flatMap((each) => within(each, ['limits', 'requests']));
  return [
    ...notObjects(within(pod, OBJECTS)),
    ...notObjects(within(pod, LISTS_OF_OBJECTS).flatMap(itemsAt)),
    ...notObjects(resources),
    ...notObjects(amounts),
    ...within(pod, ['affinity']).flatMap(affinityProblems),
  ];
}

function affinityProblems(affinity: Place): string[] {
  const kinds = within(affinity, ['podAffinity', 'podAntiAffinity']);
  const required = kinds.flatMap((kind) => within(kind, ['requiredDuringSchedulingIgnoredDuringExecution']));
  const preferred = kinds.flatMap((kind) => within(kind, ['preferredDuringSchedulingIgnoredDuringExecution']));
  const weighted = preferred.flatMap(itemsAt);
  const without = weighted.filter((each) => isFields(each.value) && within(each, ['podAffinityTerm']).length === 0);
  const terms = [...required.flatMap(itemsAt), ...weighted.flatMap((each) => within(each, ['podAffinityTerm']))];
  return [
    ...notObjects(kinds),
    ...notLists([...required, ...preferred]),
    ...notObjects(weighted),
    ...without.map(({ path }) => `${path} must have a podAffinityTerm`),
    ...notObjects(terms),
    ...notLists(terms.flatMap((term) => within(term, ['namespaces']))),
  ];
}
