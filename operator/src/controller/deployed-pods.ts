import type { Controls } from '../api/v1alpha1/controls.ts';
import { resourcesOf, type PodResources } from '../arithmetic/pod-resources.ts';
import type { KubeObject } from '../runtime/kube-object.ts';
import { progressOf } from './deployment-progress.ts';
import { keptPods } from './kept-pods.ts';
import { readRecord } from './template-record.ts';

/** What the pods declare that a Deployment was given last. */
export function podInPlace(deployment: KubeObject | undefined): PodResources | undefined {
  const spec = readRecord(deployment)?.applied.unpack()?.spec;
  return spec && resourcesOf(spec);
}

/** Whether a Deployment, by its record, was left with another template than the spec's: held back, or rolled back. */
export function templateKeeping(deployment: KubeObject | undefined): (controls: Controls) => boolean {
  const record = readRecord(deployment);
  const isHeldBack = record?.heldBack !== undefined;
  const isLastGood = record !== undefined && record.applied.digest === record.lastGood?.digest;
  return ({ rollBack }) => isHeldBack || (rollBack !== undefined && isLastGood);
}

/** What the pods of a Deployment were made from: what was applied last and, until all are of that, what came up before. */
export function runningTemplates(deployment: KubeObject | undefined): PodResources[] {
  const { isObserved, updated, replicas } = progressOf(deployment);
  const templates = keptPods(deployment);
  // Scaling alone never lets pods of two templates run.
  return (!isObserved || updated !== replicas ? templates : templates.slice(0, 1)).map(resourcesOf);
}
