import { parseTickStorm } from '../api/v1alpha1/tick-storm.ts';
import type { PodContext } from '../builders/build-context.ts';
import { buildPodTemplate } from '../builders/pod-template.ts';
import { PackedTemplate } from './template-record.ts';

/**
 * Tells operators apart that would make different pods of one spec: by version, and by what they make of a TickStorm
 * that leaves everything to them. So another default image makes another operator.
 */
export function operatorMark(version: string, context: PodContext): string {
  const parsed = parseTickStorm({ metadata: { name: 'example', namespace: 'example', uid: 'example' }, spec: {} });
  if (!parsed.ok) throw new Error(parsed.problem);
  return `${version}-${PackedTemplate.pack(buildPodTemplate(parsed.value, context)).digest}`;
}
