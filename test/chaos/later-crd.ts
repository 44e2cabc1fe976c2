import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { CRD } from './control-plane.ts';

/** A deletion policy of a version of the operator that is still to come. */
export const LATER_POLICY = 'Archive';

interface Schema {
  readonly enum: string[];
  readonly properties: Readonly<Record<string, Schema>>;
}

interface Crd {
  readonly spec: { readonly versions: readonly { readonly schema: { readonly openAPIV3Schema: Schema } }[] };
}

/** The CRD as a later version might have it: it knows one deletion policy more. */
export async function laterCrd(): Promise<object> {
  const crd = parse(await readFile(CRD, 'utf8')) as Crd;
  const { spec } = crd.spec.versions[0]!.schema.openAPIV3Schema.properties;
  spec!.properties['deletionPolicy']!.enum.push(LATER_POLICY);
  return crd;
}
