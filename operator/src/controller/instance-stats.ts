import { z } from 'zod';
import type { PodErrors } from '../scaling/pod-errors.ts';

/** What a pod's `/stats` says, as far as the status of a TickStorm tells it. */
export interface PodSample {
  readonly connections: number;
  /** Ticks published since the pod's start. */
  readonly ticksPublished: number;
  /** Of the stream SECOND. */
  readonly position: number;
  readonly errors: PodErrors;
  /** When it was taken, monotonic milliseconds. */
  readonly atMs: number;
}

/** What of an earlier sample is still asked for. */
export type EarlierSample = Pick<PodSample, 'ticksPublished' | 'atMs'>;

/** The same of all pods of a TickStorm together. */
export interface InstanceStats {
  /** Clients of all pods. */
  readonly connections: number;
  /** Ticks that each pod publishes per second: all carry the same. Undefined until a pod was asked twice. */
  readonly ticksPerSecond: number | undefined;
  /** Position of the stream SECOND that every pod has passed. */
  readonly position: number;
}

const count = z.number().min(0).max(Number.MAX_SAFE_INTEGER);
const statsAnswer = z.object({
  workers: z.array(z.object({ connections: count })).max(1_024),
  flow: z.object({ ticksPublished: count }),
  streams: z.object({ SECOND: z.object({ position: count }) }),
  // Pods of an earlier image do not tell of closes.
  closes: z.record(z.string(), count).default({}),
  resources: z
    .array(z.object({ resource: z.string(), isBreached: z.boolean() }))
    .max(64)
    .default([]),
});

/** Reads the answer of a pod; undefined when it is none of a Tick-Storm server. */
export function readSample(answer: unknown, atMs: number): PodSample | undefined {
  const parsed = statsAnswer.safeParse(answer);
  if (!parsed.success) return undefined;
  const { workers, flow, streams, closes, resources } = parsed.data;
  return {
    connections: workers.reduce((sum, { connections }) => sum + connections, 0),
    ticksPublished: flow.ticksPublished,
    position: streams.SECOND.position,
    errors: {
      closes,
      breaches: resources.filter(({ isBreached }) => isBreached).map(({ resource }) => resource),
    },
    atMs,
  };
}

/** Two samples of one pod, the older one first; the older one is missing at first. */
export type PodSamples = readonly [EarlierSample | undefined, PodSample];

/** Adds up the pods; undefined when none has answered. */
export function statsOf(pods: readonly PodSamples[]): InstanceStats | undefined {
  if (pods.length === 0) return undefined;
  const rates = pods.flatMap(([before, now]) => {
    // A restarted pod counts from zero.
    if (before === undefined || now.ticksPublished < before.ticksPublished || now.atMs <= before.atMs) return [];
    return [((now.ticksPublished - before.ticksPublished) / (now.atMs - before.atMs)) * 1_000];
  });
  return {
    connections: rounded(pods.reduce((sum, [, { connections }]) => sum + connections, 0)),
    ticksPerSecond: rates.length === 0 ? undefined : rounded(Math.max(...rates)),
    position: Math.min(...pods.map(([, { position }]) => position)),
  };
}

/** To two digits: the status is for people, and each change of it is a write. */
function rounded(value: number): number {
  return Number(value.toPrecision(2)) < 100 ? Math.round(value) : Number(value.toPrecision(2));
}

/** Part of a number by which it must have changed to be told anew. */
const NEWS_RATIO = 0.1;

function isNewNumber(before: number | undefined, now: number | undefined): boolean {
  if (before === undefined || now === undefined) return before !== now;
  return Math.abs(now - before) > NEWS_RATIO * Math.max(now, before) || (now === 0) !== (before === 0);
}

/** Whether the new numbers are worth a write. A position always moves on and is told along with other things. */
export function isNews(before: InstanceStats | undefined, now: InstanceStats | undefined): boolean {
  if (before === undefined || now === undefined) return before !== now;
  return isNewNumber(before.connections, now.connections) || isNewNumber(before.ticksPerSecond, now.ticksPerSecond);
}
