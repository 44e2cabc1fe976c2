import type { PodResources } from '../arithmetic/pod-resources.ts';
import type { KubeObject } from '../runtime/kube-object.ts';
import { readRecord } from './template-record.ts';

/**
 * The pods that a Deployment may have beside those of the spec: as they were applied last, of which there may be more
 * while the spec's do not come up, are refused or held back, and those that a rollback returns to.
 */
export function keptPods(deployment: KubeObject | undefined): PodResources[] {
  const record = readRecord(deployment);
  return [record?.applied, record?.lastGood].flatMap((template): PodResources[] => {
    const spec = template?.unpack()?.spec;
    return spec === undefined ? [] : [spec];
  });
}
