import { z } from 'zod';

/** A node of an OpenAPI v3 schema in the form that a CRD holds. */
export type SchemaNode = Record<string, unknown>;

function isNode(value: unknown): value is SchemaNode {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** The properties of an object's node, by name. */
function propertiesOf(node: SchemaNode): [string, SchemaNode][] {
  const properties = isNode(node['properties']) ? Object.entries(node['properties']) : [];
  return properties.flatMap(([name, child]) => (isNode(child) ? [[name, child]] : []));
}

const MAX_INT32 = 2_147_483_647;

/** Order in which a node's keys are written: what a reader asks first comes first. */
const KEY_ORDER = ['description', 'type', 'format', 'enum', 'default', 'required', 'properties', 'items'];

function narrowInteger(node: SchemaNode): void {
  if (node['type'] !== 'integer') return;
  // Bounds that only repeat the type are left out: zod bounds an unbounded integer by what JavaScript can count.
  node['format'] = Number(node['maximum']) > MAX_INT32 ? 'int64' : 'int32';
  if (node['maximum'] === Number.MAX_SAFE_INTEGER || node['maximum'] === MAX_INT32) delete node['maximum'];
}

function moveOperatorDefault(node: SchemaNode): void {
  if (node['defaultedByOperator'] !== true) return;
  const value = JSON.stringify(node['default'] ?? {});
  if (value !== '{}') node['description'] = `${String(node['description'])} Default: ${value}.`;
  delete node['default'];
  delete node['defaultedByOperator'];
}

/** The value that an empty object becomes once the defaults of its properties are filled in. */
function filledDefault(node: SchemaNode): Record<string, unknown> {
  return Object.fromEntries(
    propertiesOf(node)
      .filter(([, child]) => 'default' in child)
      .map(([name, child]) => [name, 'properties' in child ? filledDefault(child) : child['default']]),
  );
}

function toStructural(source: SchemaNode): SchemaNode {
  const node = { ...source };
  delete node['$schema'];
  delete node['propertyNames'];
  if ('properties' in node) delete node['additionalProperties'];
  if (node['x-kubernetes-int-or-string'] === true) {
    // The extension tells the type; the two alternatives would only repeat it.
    delete node['anyOf'];
    delete node['type'];
  }
  if (node['x-kubernetes-preserve-unknown-fields'] === true) delete node['additionalProperties'];
  narrowInteger(node);
  moveOperatorDefault(node);
  if ('properties' in node) {
    node['properties'] = Object.fromEntries(propertiesOf(node).map(([name, child]) => [name, toStructural(child)]));
  }
  for (const key of ['items', 'additionalProperties']) {
    const child = node[key];
    if (isNode(child)) node[key] = toStructural(child);
  }
  // The API server evaluates a node's rules on its bare default, before the properties' defaults are filled in.
  if ('default' in node && 'properties' in node && 'x-kubernetes-validations' in node) {
    node['default'] = filledDefault(node);
  }
  const known = KEY_ORDER.filter((key) => key in node);
  const others = Object.keys(node).filter((key) => !KEY_ORDER.includes(key));
  return Object.fromEntries([...known, ...others].map((key) => [key, node[key]]));
}

/**
 * Turns a zod schema into a structural schema for a CRD: defaults of the input side, integers with a format,
 * int-or-string by extension, no `additionalProperties: false` (the API server prunes or, strict, refuses unknown
 * fields by itself). Throws on a construct that OpenAPI v3 cannot express.
 */
export function structuralSchema(schema: z.ZodType): SchemaNode {
  const json = z.toJSONSchema(schema, { target: 'openapi-3.0', io: 'input', reused: 'inline' });
  return toStructural(json);
}
