import type { Condition } from '../api/v1alpha1/status.ts';
import type { Finding } from '../controller/finding.ts';
import type { ConditionType } from '../controller/reasons.ts';

/** Conditions that are True only where something is to be known. */
const WARNS_WHEN_TRUE: ReadonlySet<ConditionType> = new Set([
  'AddressesHidden',
  'DrainUnavailable',
  'LimitRangeConflict',
  'Paused',
  'PodsHeldBack',
  'SharedHeldBack',
  'SharedNamespace',
  'Stalled',
]);

/** Whether it is something to act on. */
const isWarning = ({ type, status }: Finding): boolean =>
  status === 'Unknown' || (status === 'True') === WARNS_WHEN_TRUE.has(type);

/** Conditions that are there for a time only, of which a plan knows when they go. */
const PASSING: readonly ConditionType[] = [
  'AddressesHidden',
  'DrainUnavailable',
  'MonitoringReady',
  'Paused',
  'PodsHeldBack',
  'SchedulesValid',
  'SharedHeldBack',
  'SharedNamespace',
  'TLSReady',
  'ZonesSufficient',
];

export interface ConditionQuestion {
  /** Such as `TickStorm market/demo`. */
  readonly where: string;
  readonly findings: readonly Finding[];
  /** What the status says now. */
  readonly standing: readonly Condition[];
  /** Conditions of which nothing is known, so that they may stay as they are. */
  readonly unknown: ReadonlySet<ConditionType>;
}

/** What to say of the conditions that would be: those that warn, and those that are not as they stand. */
export function conditionNotes({ where, findings, standing, unknown }: ConditionQuestion): string[] {
  const isTold = (finding: Finding): boolean => {
    // It says with other words what Ready says.
    if (finding.type === 'Reconciling') return false;
    const before = standing.find(({ type }) => type === finding.type);
    return isWarning(finding) || before?.status !== finding.status || before.reason !== finding.reason;
  };
  const told = findings
    .filter((finding) => isTold(finding))
    .map(({ type, status, reason, message }) => {
      const words = type === 'Stalled' ? 'as Ready says, and waiting will not help' : message;
      return `${where}: ${type} would be ${status} (${reason}): ${words}`;
    });
  const gone = PASSING.filter(
    (type) =>
      !unknown.has(type) &&
      standing.some((condition) => condition.type === type) &&
      !findings.some((finding) => finding.type === type),
  );
  return [...told, ...gone.map((type) => `${where}: ${type} would no longer be there`)];
}
