import type { Finding } from './finding.ts';
import type { Observation } from './observation.ts';

/** What raises the autoscaler's fewest pods, and how its schedules stand. */
export function floorFindings({ floor, tickStorm: { spec } }: Pick<Observation, 'floor' | 'tickStorm'>): Finding[] {
  if (floor === undefined) return [];
  const { minReplicas, connectionsPerPod, schedules } = spec.autoscaling;
  const { replicas, because, active, nextEdgeMs, problems } = floor;
  const findings: Finding[] = [];
  if (replicas > minReplicas) {
    const type = 'FloorRaised';
    const more = `The autoscaler keeps ${replicas} pods at least, ${minReplicas} are declared:`;
    findings.push(
      because === 'schedule'
        ? { type, status: 'True', reason: 'ScheduleActive', message: `${more} ${active.join(', ')} is active` }
        : { type, status: 'True', reason: 'ClientsNeedPods', message: `${more} ${connectionsPerPod} clients a pod` },
    );
  }
  if (schedules.length === 0) return findings;
  const type = 'SchedulesValid';
  if (problems.length > 0) {
    return [...findings, { type, status: 'False', reason: 'InvalidSchedule', message: problems.join('; ') }];
  }
  const now = active.length === 0 ? 'None is active' : `Active: ${active.join(', ')}`;
  const next =
    nextEdgeMs === undefined ? '' : `; next change at ${new Date(nextEdgeMs).toISOString().replace('.000', '')}`;
  return [...findings, { type, status: 'True', reason: 'SchedulesUnderstood', message: `${now}${next}` }];
}
