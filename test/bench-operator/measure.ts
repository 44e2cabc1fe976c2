import { setTimeout as delay } from 'node:timers/promises';
import type { Report } from '../cluster/report.ts';
import type { BenchBed } from './bench-bed.ts';
import { measureDrift } from './drift.ts';
import { FailOver } from './fail-over.ts';
import type { Measurement, Phase } from './measurement.ts';
import { paces, type PaceName } from './pace.ts';
import type { RunningOperator } from './running-operator.ts';

/** Longest time that anything here may take: ten times what 1,000 TickStorms take at the limit on requests. */
const PATIENCE_MS = 3_600_000;

/** Watches an operator while `work` is under way. @param work resolves with the moment at which it was over */
async function phase(operator: RunningOperator, work: () => Promise<number>): Promise<Phase> {
  const { mark } = operator;
  const before = await operator.usage();
  const beganMs = performance.now();
  const endedMs = await work();
  const after = await operator.usage();
  return {
    seconds: (endedMs - beganMs) / 1_000,
    cpuSeconds: after.cpuSeconds - before.cpuSeconds,
    requests: operator.requestsSince(mark),
  };
}

interface Started extends Phase {
  readonly operator: RunningOperator;
}

/** Watches an operator from its start until it has come to rest. */
async function start(bed: BenchBed, isDone: (operator: RunningOperator) => Promise<number>): Promise<Started> {
  const operator = await bed.startOperator();
  const endedMs = await isDone(operator);
  const seconds = (endedMs - operator.startedMs) / 1_000;
  await operator.quiet(PATIENCE_MS);
  const { cpuSeconds } = await operator.usage();
  return { operator, seconds, cpuSeconds, requests: operator.requestsSince(0) };
}

export interface MeasureOptions {
  readonly pace: PaceName;
  readonly restSeconds: number;
  readonly report: Report;
}

/** Goes through everything that is measured, with TickStorms that wait and no operator yet. */
export async function measure(bed: BenchBed, options: MeasureOptions): Promise<Measurement> {
  const { pace, restSeconds, report } = options;
  const { drifts, sigterms, sigkills } = paces[pace];
  const { operator: first, ...converge } = await start(bed, () => bed.allReady(PATIENCE_MS));
  report(`all are Ready after ${converge.seconds.toFixed(1)} s`);
  await bed.expectAllObjects();
  const memory = { rssBytes: (await first.usage()).rssBytes, peakBytes: await first.peakRssBytes() };
  const secondPass = await phase(first, async () => {
    await bed.touchAll();
    return await first.quiet(PATIENCE_MS);
  });
  report(`nothing happens for ${restSeconds} s`);
  const steady = await phase(first, async () => {
    await delay(restSeconds * 1_000);
    return performance.now();
  });
  const driftMs = await measureDrift(bed, drifts);
  report(`${drifts} objects were repaired; next is a restart`);
  await first.end('SIGTERM');
  const { operator: second, ...restart } = await start(bed, (operator) => operator.quiet(PATIENCE_MS));
  const { rssBytes } = await second.usage();
  const failOver = new FailOver(bed, second);
  try {
    report(`a leader is ended ${sigterms} times, and killed ${sigkills} times`);
    const sigtermMs = await failOver.measure('SIGTERM', sigterms);
    const sigkillMs = await failOver.measure('SIGKILL', sigkills);
    return {
      instances: bed.names.length,
      converge,
      memory,
      secondPass,
      steady,
      restart: { ...restart, rssBytes },
      driftMs,
      sigtermMs,
      sigkillMs,
    };
  } finally {
    await failOver.end();
  }
}
