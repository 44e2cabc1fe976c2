import type { V1PodTemplateSpec } from '@kubernetes/client-node';
import { reachesNode } from '../builders/pod-template.ts';
import type { KubeObject } from '../runtime/kube-object.ts';
import { progressOf } from './deployment-progress.ts';
import { isComparable } from './template-source.ts';
import {
  PackedTemplate,
  readAnnotations,
  readRecord,
  recordAnnotations,
  type TemplateRecord,
} from './template-record.ts';

export interface TemplateQuestion {
  /** What this operator makes of the spec. */
  readonly built: V1PodTemplateSpec;
  /** Tells this operator from others that would make something else of the same spec. */
  readonly operator: string;
  /** The Deployment as it is. */
  readonly deployment: KubeObject | undefined;
  /** Digest of what it made that from. */
  readonly source: string;
  /** Whether the spec is the one that was looked at last: this counts where the Deployment does not keep its source. */
  readonly isUnchanged: boolean;
  /** Digest of the template that is to be given up for the last one whose pods came up. */
  readonly rollBack: string | undefined;
  /** Whether the spec's overlay is refused, so that `built` is without it. */
  readonly isRefused: boolean;
  /** Whether pods may have host-level fields. */
  readonly allowsHostLevel: boolean;
}

/** The pod template that a Deployment is to have, with the annotations that keep it for the next time. */
export interface TemplateChoice {
  readonly template: V1PodTemplateSpec;
  readonly annotations: Readonly<Record<string, string>>;
  /**
   * declared: that of the spec. held-back: the one before the operator changed. rolled-back: the last good one. refused:
   * the one in place, of which there may be more or fewer pods, since the spec's is refused.
   */
  readonly state: 'declared' | 'held-back' | 'rolled-back' | 'refused';
  /** Digest of the template of the spec. */
  readonly digest: string;
  /** Whether those of another template came up, and its pods have not. */
  readonly canRollBack: boolean;
}

/** Whether the pods of the present template have all come up at some time. */
function hasComeUp(deployment: KubeObject): boolean {
  const { isObserved, conditions } = progressOf(deployment);
  return isObserved && conditions.some(({ reason }) => reason === 'NewReplicaSetAvailable');
}

/** Whether the Deployment was given this template last; true where it keeps none. */
export function isInPlace({ annotations }: TemplateChoice, deployment: KubeObject): boolean {
  const before = readRecord(deployment);
  return before === undefined || before.applied.digest === readAnnotations(annotations)?.applied.digest;
}

/** The choice as it is carried out while nothing is written: the pods stay as they are. */
export function withTemplateInPlace(choice: TemplateChoice, deployment: KubeObject | undefined): TemplateChoice {
  return { ...choice, template: readRecord(deployment)?.applied.unpack() ?? choice.template };
}

/** Whether another template came up, and this one has not. */
function canRollBack({ applied, lastGood }: TemplateRecord, deployment: KubeObject | undefined): boolean {
  if (lastGood === undefined || lastGood.digest === applied.digest) return false;
  const isThere = readRecord(deployment)?.applied.digest === applied.digest;
  return deployment !== undefined && !(isThere && hasComeUp(deployment));
}

/**
 * Decides which template the pods get. A change of the spec rolls them. A change of the operator alone (another default
 * image, another way to build pods) does not: the template stays as it was applied until the spec changes it, or
 * somebody restarts the pods. A template that does not come up can be given up for the last one that did. And where the
 * spec's overlay is refused, the pods stay as they are, whoever says what.
 */
export function chooseTemplate(question: TemplateQuestion): TemplateChoice {
  const { built, operator, source, deployment, rollBack } = question;
  const next = PackedTemplate.pack(built);
  const { digest } = next;
  const before = readRecord(deployment);
  const declare = (applied: PackedTemplate, lastGood: PackedTemplate | undefined): TemplateChoice => {
    const record = { applied, by: operator, source, heldBack: undefined, lastGood };
    const annotations = recordAnnotations(record);
    return { template: built, annotations, state: 'declared', digest, canRollBack: canRollBack(record, deployment) };
  };
  const keep = (state: 'held-back' | 'rolled-back', applied: PackedTemplate): TemplateChoice => {
    const template = applied.unpack();
    if (template === undefined) return declare(next, before?.lastGood);
    const heldBack = state === 'held-back' ? digest : undefined;
    const annotations = recordAnnotations({ applied, by: operator, source, heldBack, lastGood: before?.lastGood });
    return { template, annotations, state, digest, canRollBack: false };
  };
  if (before === undefined || deployment === undefined) return declare(next, undefined);
  const inPlace = question.isRefused ? before.applied.unpack() : undefined;
  // Where host-level fields are no longer allowed there must not be more pods of those that have some.
  if (inPlace !== undefined && (question.allowsHostLevel || !reachesNode(inPlace))) {
    // The record stays as it is: once the spec's template is taken, it is compared with what was applied last.
    return { template: inPlace, annotations: recordAnnotations(before), state: 'refused', digest, canRollBack: false };
  }
  const { applied, by, heldBack, lastGood } = before;
  if (rollBack === digest && lastGood !== undefined) return keep('rolled-back', lastGood);
  if (applied.digest === digest) return declare(applied, lastGood);
  const isUnchanged = isComparable(before.source) ? before.source === source : question.isUnchanged;
  if (heldBack === digest || (by !== operator && isUnchanged)) return keep('held-back', applied);
  return declare(next, hasComeUp(deployment) ? applied : lastGood);
}
