import { stringify } from 'yaml';
import { buildCrd } from './crd.ts';

/** The CRD as the YAML file that users apply. */
export function crdManifest(): string {
  const header = '# Generated from operator/src/api by `npm run generate`. Do not edit.\n';
  return header + stringify(buildCrd(), { lineWidth: 120, aliasDuplicateObjects: false });
}
