import { parse } from 'yaml';

interface CrdHead {
  metadata: { name: string };
}

const isHead = (value: unknown): value is CrdHead =>
  typeof value === 'object' && value !== null && 'metadata' in value && 'spec' in value;

/**
 * The chart's template of a CustomResourceDefinition: the manifest as it is, behind `crds.enabled`, with the
 * chart's labels and the policy that keeps it on uninstall. Throws when the manifest is not one whose
 * metadata is only a name, since anything else there would be lost.
 */
export function crdTemplate(manifest: string): string {
  const crd: unknown = parse(manifest);
  const start = manifest.search(/^spec:$/m);
  if (!isHead(crd) || start < 0) throw new Error('not a CustomResourceDefinition: it needs metadata and spec');
  const others = Object.keys(crd.metadata).filter((key) => key !== 'name');
  if (others.length > 0)
    throw new Error(`metadata.${others.join(', metadata.')} of the CRD would be lost in the chart`);
  return `{{- /* Generated from crds/ by \`npm run generate\`. Do not edit. */ -}}
{{- if .Values.crds.enabled }}
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: ${crd.metadata.name}
  labels:
    {{- include "tick-storm-operator.labels" . | nindent 4 }}
  {{- if .Values.crds.keep }}
  annotations:
    helm.sh/resource-policy: keep
  {{- end }}
${escapeTemplate(manifest.slice(start)).trimEnd()}
{{- end }}
`;
}

/** Makes text that a Go template prints as it is: descriptions and rules may contain \`{{\`. */
function escapeTemplate(text: string): string {
  return text.replaceAll('{{', '{{ "{{" }}');
}
