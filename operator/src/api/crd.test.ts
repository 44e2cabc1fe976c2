import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { crdManifest } from './crd-manifest.ts';
import { buildCrd } from './crd.ts';
import { parseQuantity } from './quantity.ts';
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

  const rulesAt = (path: string): string[] =>
    trusted<{ rule: string }[] | undefined>(
      fields.find(([candidate]) => candidate === path)?.[1]['x-kubernetes-validations'],
    )?.map(({ rule }) => rule) ?? [];

  it('never lets the API server count out a long exponent: a pattern stands before each look at a quantity', () => {
    const rules = fields
      .flatMap(([path]) => rulesAt(path))
      .filter((rule) => /[qQ]uantity\(/.test(rule.replaceAll("quantity('0')", '')));
    expect(rules.length).toBeGreaterThan(20);
    for (const rule of rules) {
      const looks = [...rule.matchAll(/isQuantity\((?<value>(string\([\w.]+\)|self))\)/g)];
      expect(looks).not.toHaveLength(0);
      for (const { index, groups } of looks) {
        expect(rule.slice(0, index)).toMatch(/\[eE\]\[-\+\]\?\[0-9\]\{1,2\}\)\?\$'\) && $/);
        expect(rule.slice(0, index)).toContain(`${groups?.['value']}.matches('`);
      }
    }
  });

  it('takes every way of writing a quantity, and only such as the operator can read', () => {
    const [, pattern = ''] = /matches\('([^']+)'\)/.exec(rulesAt('.spec.resources.limits.cpu')[0] ?? '') ?? [];
    const written = ['2', '500m', '0.5', '.5', '1e3', '1E3', '2E', '1e-3', '1Gi', '+1'];
    expect(written.filter((text) => !new RegExp(pattern).test(text) || parseQuantity(text) === undefined)).toEqual([]);
    const others = ['1e100', '1e003', '1e-100', '1e99999999999', '-1', 'lots', '1e'];
    expect(others.filter((text) => new RegExp(pattern).test(text))).toEqual([]);
  });

  it('refuses what the API would refuse later, with everything else in the namespace', () => {
    expect(rulesAt('.spec.quota.hard.pods')).toEqual([expect.stringContaining('isInteger()')]);
    expect(rulesAt('.spec.limitRange.container')).toHaveLength(9);
    expect(rulesAt('.spec.scheduling.tolerations[]')).toHaveLength(3);
    expect(rulesAt('.spec.scheduling.nodeSelector')).toHaveLength(2);
    expect(rulesAt('.spec.service.annotations')).toHaveLength(1);
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
