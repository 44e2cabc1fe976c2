import { loadLimit, medianOf, medianRatio, type Figure } from './compare.ts';
import type { Bound, Row, Target } from './scenario.ts';

/** Ours against another contender's under the same load. */
export interface Comparison {
  label: string;
  /** What is compared, such as `CPU`. */
  what: string;
  other: 'nats' | 'floor';
  figure: Figure;
  why?: string | undefined;
  /** Deliveries per second; who delivers more was not steady yet. */
  offered?: number;
}

/** More than what is offered by this is no error of the measurement. */
const BACKLOG = 1.01;

/** @param bound undefined = the ratio is there for information */
export function ratioTarget(rows: readonly Row[], comparison: Comparison, bound?: Bound): Target {
  const { label, what, other, figure, why } = comparison;
  return {
    text: `${label}: ${what}, of ${other === 'nats' ? 'NATS’s' : 'the floor’s'}`,
    value: medianRatio(rows, label, other, figure),
    why,
    note: joinedNotes(loadLimit(rows, label, ['tick-storm', other]), backlog(rows, comparison)),
    ...(bound ?? { is: 'information' }),
  };
}

export function joinedNotes(...notes: readonly (string | undefined)[]): string | undefined {
  return notes.filter((note) => note !== undefined).join('; ') || undefined;
}

function backlog(rows: readonly Row[], { label, other, offered }: Comparison): string | undefined {
  const share = medianOf(rows, label, other, (each) => each.deliveriesPerSecond) / (offered ?? Number.NaN);
  return share > BACKLOG ? `${other} was not steady: it delivered ${share.toFixed(2)} of what was offered` : undefined;
}
