import type { V1PodTemplateSpec } from '@kubernetes/client-node';
import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { GROUP } from '../api/v1alpha1/group.ts';
import type { KubeObject } from '../runtime/kube-object.ts';
import { trusted } from '../runtime/trusted.ts';

/** Of the Deployment: the pod template that was applied last, and the one before it whose pods came up. */
const APPLIED = `${GROUP}/pod-template`;
const LAST_GOOD = `${GROUP}/last-good-pod-template`;
/** Of the Deployment: which operator applied it. */
const BY = `${GROUP}/pod-template-by`;
/** Of the Deployment: digest of what a newer operator would apply, and does not. */
const HELD_BACK = `${GROUP}/pod-template-held-back`;

/** Annotations of the Deployment that keep its template; they say nothing to a person. */
export const TEMPLATE_ANNOTATIONS: readonly string[] = [APPLIED, LAST_GOOD, BY, HELD_BACK];

/** A pod template, packed as it is kept: `DIGEST:CONTENTS`, of which the contents are JSON, gzip, base64. */
export class PackedTemplate {
  readonly text: string;

  private constructor(text: string) {
    this.text = text;
  }

  static pack(template: V1PodTemplateSpec): PackedTemplate {
    const json = JSON.stringify(template);
    return new PackedTemplate(`${digestOf(json)}:${gzipSync(json).toString('base64')}`);
  }

  /** Undefined when it is none: somebody has changed the annotation. */
  static read(text: string | undefined): PackedTemplate | undefined {
    if (text === undefined) return undefined;
    const packed = new PackedTemplate(text);
    try {
      return digestOf(packed.#json()) === packed.digest ? packed : undefined;
    } catch {
      return undefined;
    }
  }

  get digest(): string {
    return this.text.split(':', 1)[0]!;
  }

  unpack(): V1PodTemplateSpec {
    return trusted(JSON.parse(this.#json()));
  }

  #json(): string {
    return gunzipSync(Buffer.from(this.text.slice(this.digest.length + 1), 'base64')).toString('utf8');
  }
}

/** What a Deployment keeps of its templates. */
export interface TemplateRecord {
  readonly applied: PackedTemplate;
  readonly by: string;
  readonly heldBack: string | undefined;
  readonly lastGood: PackedTemplate | undefined;
}

/** Reads the record of a Deployment; undefined when it has none that can be read. */
export function readRecord(deployment: KubeObject | undefined): TemplateRecord | undefined {
  const annotations = deployment?.metadata.annotations ?? {};
  const applied = PackedTemplate.read(annotations[APPLIED]);
  if (applied === undefined) return undefined;
  const lastGood = PackedTemplate.read(annotations[LAST_GOOD]);
  return { applied, by: annotations[BY] ?? '', heldBack: annotations[HELD_BACK], lastGood };
}

/** The record as annotations. */
export function recordAnnotations({ applied, by, heldBack, lastGood }: TemplateRecord): Record<string, string> {
  return {
    [APPLIED]: applied.text,
    [BY]: by,
    ...(heldBack !== undefined && { [HELD_BACK]: heldBack }),
    ...(lastGood !== undefined && { [LAST_GOOD]: lastGood.text }),
  };
}

/** Short, since people type it. */
function digestOf(json: string): string {
  return createHash('sha256').update(json).digest('hex').slice(0, 10);
}
