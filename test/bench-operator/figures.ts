import type { Column, Row, Target } from '../bench/scenario.ts';
import { quantile, ratios, summarize } from '../bench/statistics.ts';
import { LIMITS, type ContenderName } from './contender.ts';
import type { Measurement } from './measurement.ts';
import { allRequests, eventWrites, leaseRequests, ofVerb, workWrites } from './request-counts.ts';

export type OperatorRow = Row<Measurement, ContenderName>;
type OperatorColumn = Column<Measurement>;

/** Some figures that belong together. */
export interface Figures {
  readonly title: string;
  readonly about: string;
  readonly columns: readonly OperatorColumn[];
}

const column = (title: string, digits: number, value: OperatorColumn['value']): OperatorColumn => ({
  title,
  digits,
  value,
});
const perMinute = ({ steady }: Measurement, count: number): number => (60 * count) / steady.seconds;
const sample = (title: string, of: (each: Measurement) => readonly number[], share: number): OperatorColumn =>
  column(title, 0, (each) => (of(each).length === 0 ? undefined : quantile(of(each), share)));

export const convergeSeconds: OperatorColumn = column('seconds', 1, ({ converge }) => converge.seconds);
export const requestsEach: OperatorColumn = column(
  'requests each',
  2,
  ({ converge, instances }) => allRequests(converge.requests) / instances,
);
/** How much of what the limit on requests lets through until all are Ready was used. */
const limitUsed: OperatorColumn = column('of the limit %', 1, ({ converge }) => {
  const most = LIMITS.burst + LIMITS.qps * converge.seconds;
  return (100 * allRequests(converge.requests)) / most;
});
export const residentMegabytes: OperatorColumn = column('RSS MB', 1, ({ memory }) => memory.rssBytes / 1e6);
const sigtermMedian: OperatorColumn = sample('SIGTERM ms', ({ sigtermMs }) => sigtermMs, 0.5);
const secondPassWrites = column('second pass: writes', 0, ({ secondPass }) => workWrites(secondPass.requests));
const steadyWrites = column('writes/min', 1, (each) => perMinute(each, workWrites(each.steady.requests)));
const restartWrites = column('restart: writes', 0, ({ restart }) => workWrites(restart.requests));

const verb = (name: string): OperatorColumn => column(name, 0, ({ converge }) => ofVerb(converge.requests, name));

/** Everything that is measured, in the order in which it happens. */
export const FIGURES: readonly Figures[] = [
  {
    title: 'From nothing to Ready',
    about:
      'All TickStorms wait; the operator is started, and the clock stops when the last one is Ready. Requests are those ' +
      'until it has come to rest, watches and events included, renewals of the lease not. What of the limit on requests ' +
      'is not used in the time is time in which the operator waited for answers. CPU is of the whole time.',
    columns: [
      convergeSeconds,
      requestsEach,
      limitUsed,
      column('CPU s', 1, ({ converge }) => converge.cpuSeconds),
      residentMegabytes,
      column('peak RSS MB', 1, ({ memory }) => memory.peakBytes / 1e6),
    ],
  },
  {
    title: 'Requests until Ready, by verb',
    about: 'Of all TickStorms together. A patch of ours is a server-side apply.',
    columns: [
      ...['get', 'list', 'watch', 'discover', 'create', 'update', 'patch', 'delete'].map(verb),
      column('events', 0, ({ converge }) => eventWrites(converge.requests)),
    ],
  },
  {
    title: 'Nothing to do',
    about:
      'The second pass: every TickStorm gets an annotation that means nothing. The restart: a new process looks at ' +
      'everything, ours at the Secrets that the status says to be in order by pace: ten a minute, so that of 1,000 ' +
      'TickStorms it has looked at all after 3 h 20 min.',
    columns: [
      secondPassWrites,
      column('CPU s', 1, ({ secondPass }) => secondPass.cpuSeconds),
      column('restart: s', 1, ({ restart }) => restart.seconds),
      column('requests', 0, ({ restart }) => allRequests(restart.requests)),
      restartWrites,
      column('RSS MB', 1, ({ restart }) => restart.rssBytes / 1e6),
    ],
  },
  {
    title: 'At rest',
    about:
      'Requests per minute, by verb, over a time in which nobody does anything. A watch is opened anew about every five ' +
      'minutes by ours, and every five to ten by the peer, so that a shorter time has none. Ours looks for kinds that ' +
      'are not installed, and reads ten Secrets a minute at most, instead of watching them. The lease is renewed every ' +
      'two seconds by both.',
    columns: [
      column('seconds', 0, ({ steady }) => steady.seconds),
      column('requests/min', 1, (each) => perMinute(each, allRequests(each.steady.requests))),
      ...['get', 'list', 'watch', 'discover'].map((name) =>
        column(name, 1, (each) => perMinute(each, ofVerb(each.steady.requests, name))),
      ),
      steadyWrites,
      column('lease/min', 1, (each) => perMinute(each, leaseRequests(each.steady.requests))),
      column('CPU % of one', 2, ({ steady }) => (100 * steady.cpuSeconds) / steady.seconds),
    ],
  },
  {
    title: 'Repair and fail-over',
    about:
      'Repair: from the deletion of a PodDisruptionBudget or the edit of a ConfigMap until it is right again. ' +
      'Fail-over: from the signal to the leader until its stand-by has repaired an object that was deleted after the ' +
      'leader had ended.',
    columns: [
      sample('repair p50 ms', ({ driftMs }) => driftMs, 0.5),
      sample('p99 ms', ({ driftMs }) => driftMs, 0.99),
      sigtermMedian,
      sample('slowest', ({ sigtermMs }) => sigtermMs, 1),
      sample('SIGKILL ms', ({ sigkillMs }) => sigkillMs, 0.5),
      sample('slowest', ({ sigkillMs }) => sigkillMs, 1),
    ],
  },
];

/** What ours is to be beside the peer, and in itself. */
export function targets(rows: readonly OperatorRow[]): Target[] {
  const labels = [...new Set(rows.map(({ label }) => label))];
  return labels.flatMap((label) => {
    const valuesOf = (name: ContenderName, { value }: OperatorColumn): number[] => {
      const row = rows.find((each) => each.label === label && each.contender === name);
      return (row?.measurements ?? []).map(value).filter((each) => each !== undefined);
    };
    const most = (text: string, values: readonly number[], bound: number): Target => ({
      text: `${label}: ${text}`,
      value: values.length === 0 ? Number.NaN : summarize(values).median,
      bound,
      is: 'at most',
    });
    const beside = (text: string, what: OperatorColumn, bound: number): Target =>
      most(`${text}, of the peer's`, ratios(valuesOf('tick-storm', what), valuesOf('controller-runtime', what)), bound);
    const own = (text: string, what: OperatorColumn): Target => most(text, valuesOf('tick-storm', what), 0);
    return [
      beside('requests per TickStorm', requestsEach, 1),
      beside('time to converge', convergeSeconds, 1),
      beside('fail-over on SIGTERM', sigtermMedian, 1),
      beside('resident memory', residentMegabytes, 3),
      own('writes of a second pass', secondPassWrites),
      own('writes per minute at rest', steadyWrites),
      own('writes of a restart', restartWrites),
    ];
  });
}
