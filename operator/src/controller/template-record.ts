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
/** Of the Deployment: digest of what it was made from, or, where another one is kept, would be. */
const SOURCE = `${GROUP}/pod-template-source`;
/** Of the Deployment: digest of what a newer operator would apply, and does not. */
const HELD_BACK = `${GROUP}/pod-template-held-back`;

/** Annotations of the Deployment that keep its template; they say nothing to a person. */
export const TEMPLATE_ANNOTATIONS: readonly string[] = [APPLIED, LAST_GOOD, BY, SOURCE, HELD_BACK];

/**
 * A pod template, packed as it is kept: `DIGEST:CONTENTS`, of which the contents are JSON, gzip, base64. Most are looked
 * at by their digest alone, so packing and unpacking wait until they are needed.
 */
export class PackedTemplate {
  /** Short, since people type it. */
  readonly digest: string;
  readonly #source: { readonly json: string } | { readonly text: string };

  private constructor(digest: string, source: { readonly json: string } | { readonly text: string }) {
    this.digest = digest;
    this.#source = source;
  }

  static pack(template: V1PodTemplateSpec): PackedTemplate {
    const json = JSON.stringify(template);
    return new PackedTemplate(digestOf(json), { json });
  }

  /** Undefined when it is none. */
  static read(text: string | undefined): PackedTemplate | undefined {
    const digest = /^(?<digest>[0-9a-f]{10}):/.exec(text ?? '')?.groups?.['digest'];
    return text === undefined || digest === undefined ? undefined : new PackedTemplate(digest, { text });
  }

  get text(): string {
    return 'text' in this.#source
      ? this.#source.text
      : `${this.digest}:${gzipSync(this.#source.json).toString('base64')}`;
  }

  /** Undefined when the contents are not those of the digest: somebody has changed the annotation. */
  unpack(): V1PodTemplateSpec | undefined {
    if ('json' in this.#source) return trusted(JSON.parse(this.#source.json));
    try {
      const contents = Buffer.from(this.#source.text.slice(this.digest.length + 1), 'base64');
      const json = gunzipSync(contents).toString('utf8');
      return digestOf(json) === this.digest ? trusted(JSON.parse(json)) : undefined;
    } catch {
      return undefined;
    }
  }
}

/** What a Deployment keeps of its templates. */
export interface TemplateRecord {
  readonly applied: PackedTemplate;
  readonly by: string;
  /** Undefined where an operator before this was kept has applied it. */
  readonly source: string | undefined;
  readonly heldBack: string | undefined;
  readonly lastGood: PackedTemplate | undefined;
}

/** Reads the record of a Deployment; undefined when it has none that can be read. */
export function readRecord(deployment: KubeObject | undefined): TemplateRecord | undefined {
  return readAnnotations(deployment?.metadata.annotations ?? {});
}

/** Reads a record from annotations; undefined when they have none that can be read. */
export function readAnnotations(annotations: Readonly<Record<string, string>>): TemplateRecord | undefined {
  const applied = PackedTemplate.read(annotations[APPLIED]);
  if (applied === undefined) return undefined;
  const lastGood = PackedTemplate.read(annotations[LAST_GOOD]);
  const { [BY]: by = '', [SOURCE]: source, [HELD_BACK]: heldBack } = annotations;
  return { applied, by, source, heldBack, lastGood };
}

/** The record as annotations. */
export function recordAnnotations({ applied, by, source, heldBack, lastGood }: TemplateRecord): Record<string, string> {
  return {
    [APPLIED]: applied.text,
    [BY]: by,
    ...(source !== undefined && { [SOURCE]: source }),
    ...(heldBack !== undefined && { [HELD_BACK]: heldBack }),
    ...(lastGood !== undefined && { [LAST_GOOD]: lastGood.text }),
  };
}

function digestOf(json: string): string {
  return createHash('sha256').update(json).digest('hex').slice(0, 10);
}
