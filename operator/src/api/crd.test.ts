import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { crdManifest } from './crd-manifest.ts';
import { buildCrd } from './crd.ts';
import { trusted } from '../runtime/trusted.ts';

interface Node {
  type?: string;
  description?: string;
  default?: unknown;
  properties?: Record<string, Node>;
  items?: Node;
  additionalProperties?: Node | boolean;
  maxItems?: number;
  maxLength?: number;
  maxProperties?: number;
  enum?: unknown[];
  format?: string;
  minimum?: number;
  [extension: string]: unknown;
}

interface Crd {
  spec: { versions: { schema: { openAPIV3Schema: Node } }[] };
}

function schema(): Node {
  return trusted<Crd>(buildCrd()).spec.versions[0]!.schema.openAPIV3Schema;
}

/** Every node of the schema with its path, metadata aside. */
function* walk(node: Node, path: string): Generator<[string, Node]> {
  yield [path, node];
  for (const [name, child] of Object.entries(node.properties ?? {})) {
    if (name !== 'metadata') yield* walk(child, `${path}.${name}`);
  }
  if (node.items) yield* walk(node.items, `${path}[]`);
  if (typeof node.additionalProperties === 'object') yield* walk(node.additionalProperties, `${path}{}`);
}

const fields = [...walk(schema(), '')].filter(([path]) => path !== '');
const named = fields.filter(([path]) => !/(\[\]|\{\})$/.test(path));
const matching = (test: (node: Node) => boolean): [string, Node][] => fields.filter(([, node]) => test(node));

describe('the CRD', () => {
  it('is what crds/tickstorm.io_tickstorms.yaml holds (npm run generate writes it)', () => {
    const file = new URL('../../../crds/tickstorm.io_tickstorms.yaml', import.meta.url);
    expect(readFileSync(file, 'utf8')).toBe(crdManifest());
  });

  it('describes every field', () => {
    expect(named.filter(([, node]) => !node.description).map(([path]) => path)).toEqual([]);
  });

  it('bounds every list, map and string, so that the cost of the rules is bounded', () => {
    const unbounded = matching(
      (node) =>
        (node.type === 'array' && node.maxItems === undefined) ||
        (typeof node.additionalProperties === 'object' && node.maxProperties === undefined) ||
        (node.type === 'string' && !node.enum && node.format === undefined && node.maxLength === undefined),
    );
    expect(unbounded.map(([path]) => path).filter((path) => path !== '.apiVersion' && path !== '.kind')).toEqual([]);
  });

  it('gives every integer a format and a lower bound', () => {
    const loose = matching((node) => node.type === 'integer' && (!node.format || node.minimum === undefined));
    expect(loose.map(([path]) => path)).toEqual([]);
  });

  it('says of every list how it is merged', () => {
    const silent = matching((node) => node.type === 'array' && node['x-kubernetes-list-type'] === undefined);
    expect(silent.map(([path]) => path)).toEqual([]);
  });

  it('is structural: no unions, no closed objects, a type everywhere or int-or-string', () => {
    const odd = matching(
      (node) =>
        'anyOf' in node ||
        'oneOf' in node ||
        node.additionalProperties === false ||
        (node.type === undefined && node['x-kubernetes-int-or-string'] !== true),
    );
    expect(odd.map(([path]) => path)).toEqual([]);
  });

  it('uses no booleans and no floats', () => {
    expect(matching((node) => node.type === 'boolean' || node.type === 'number').map(([path]) => path)).toEqual([]);
  });

  it('stores no default beside autoscaling.mode, nor in disruption, where it would contradict a later merge', () => {
    const stored = fields
      .filter(([path]) => /^\.spec\.(autoscaling|disruption)\./.test(path))
      .filter(([, node]) => node.default !== undefined);
    expect(stored.map(([path]) => path)).toEqual(['.spec.autoscaling.mode']);
  });

  it('has a complete default for an empty spec', () => {
    expect(schema().properties?.['spec']?.default).toMatchObject({
      replicas: 2,
      resources: { limits: { cpu: '2000m', memory: '2Gi' }, requests: { cpu: '500m', memory: '1Gi' } },
      autoscaling: { mode: 'Enabled' },
      quota: { hard: { pods: '10', 'requests.cpu': '10', 'limits.memory': '40Gi' } },
    });
  });
});
