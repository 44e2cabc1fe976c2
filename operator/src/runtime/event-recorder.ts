import { randomUUID } from 'node:crypto';
import type { ApiClient } from './api-client.ts';
import { hasStatus, isNamespaceLost } from './api-error.ts';
import { EventCorrelator, type EventSeries } from './event-correlator.ts';
import type { EventNote } from './event-note.ts';
import type { KubeObject } from './kube-object.ts';
import type { Logger } from './logger.ts';
import { microTime } from './micro-time.ts';
import type { ResourceType } from './resource-type.ts';

const EVENTS: ResourceType = { apiVersion: 'events.k8s.io/v1', kind: 'Event', plural: 'events' };

/** Longest note that the API takes, in bytes of UTF-8. */
const LONGEST_NOTE = 1_024;
/** Longest name of a process that the API takes. */
const LONGEST_INSTANCE = 128;
/** What may begin the name of an event: the part of its own that follows takes 14 of the 253 characters. */
const NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const LONGEST_NAME = 253 - 14;
/** Events that may be on their way at once; more than that is noise, and is dropped. */
const MOST_IN_FLIGHT = 100;

export interface EventRecorderOptions {
  readonly client: Pick<ApiClient, 'create' | 'mergePatch'>;
  /** Such as `tickstorm.io/operator`. */
  readonly controller: string;
  /** Name of this process, such as its pod's. */
  readonly instance: string;
  readonly logger: Logger;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  /** Milliseconds of a clock that never goes back. */
  readonly monotonicNow?: () => number;
}

/** Records events about objects, correlated by {@link EventCorrelator}; failures are logged, never thrown. */
export class EventRecorder {
  readonly #options: EventRecorderOptions;
  readonly #now: () => number;
  readonly #correlator: EventCorrelator;
  readonly #inFlight = new Set<Promise<void>>();

  constructor(options: EventRecorderOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#correlator = new EventCorrelator(options.monotonicNow ?? (() => performance.now()));
  }

  /** Sends an event without waiting for it. */
  record(regarding: KubeObject, event: EventNote): void {
    if (this.#inFlight.size >= MOST_IN_FLIGHT) {
      this.#options.logger.warn('too many events, one is dropped', { reason: event.reason, note: event.note });
      return;
    }
    const uid = regarding.metadata.uid ?? '';
    const correlation = this.#correlator.correlate(uid, { ...event, note: cut(event.note) });
    if (correlation.action === 'drop') {
      this.#options.logger.debug('an object has too many events, one is dropped', { uid, reason: event.reason });
      return;
    }
    const { series } = correlation;
    const told = { ...event, note: cut(correlation.note) };
    const sent = series.written
      .then(() => this.#write(regarding, told, series))
      .catch((error: unknown) => this.#logLoss(error))
      .finally(() => this.#inFlight.delete(sent));
    series.written = sent;
    this.#inFlight.add(sent);
  }

  /** Resolves when all events on their way have arrived or failed. */
  async flush(): Promise<void> {
    await Promise.all(this.#inFlight);
  }

  #logLoss(error: unknown): void {
    const { logger } = this.#options;
    const fields = { error: String(error) };
    // Nobody can look for it there any more.
    if (isNamespaceLost(error)) logger.debug('an event has lost its namespace', fields);
    else logger.warn('an event was not recorded', fields);
  }

  async #write(regarding: KubeObject, event: EventNote, series: EventSeries): Promise<void> {
    const nowMs = this.#now();
    if (series.name !== undefined) {
      try {
        await this.#repeat(regarding, series, nowMs);
        return;
      } catch (error) {
        if (!hasStatus(error, 404)) throw error;
        // The event has aged out of the API server: it starts again.
        series.count = 1;
      }
    }
    series.name = await this.#create(regarding, event, nowMs);
  }

  /** @returns the name of the new object */
  async #create(regarding: KubeObject, event: EventNote, nowMs: number): Promise<string> {
    const { client, controller, instance } = this.#options;
    const namespace = regarding.metadata.namespace ?? 'default';
    const name = nameOf(regarding.metadata.name);
    const body = {
      apiVersion: EVENTS.apiVersion,
      kind: EVENTS.kind,
      metadata: { name, namespace },
      eventTime: microTime(nowMs),
      reportingController: controller,
      reportingInstance: instance.slice(0, LONGEST_INSTANCE),
      ...event,
      regarding: {
        apiVersion: regarding.apiVersion,
        kind: regarding.kind,
        name: regarding.metadata.name,
        // None for an object that is in none, though its event is in one.
        namespace: regarding.metadata.namespace,
        uid: regarding.metadata.uid,
        resourceVersion: regarding.metadata.resourceVersion,
      },
    };
    await client.create(EVENTS, namespace, body, controller);
    return name;
  }

  async #repeat(regarding: KubeObject, series: EventSeries, nowMs: number): Promise<void> {
    const namespace = regarding.metadata.namespace ?? 'default';
    // All else of an event is immutable.
    const body = { series: { count: series.count, lastObservedTime: microTime(nowMs) } };
    const options = { fieldManager: this.#options.controller };
    await this.#options.client.mergePatch(EVENTS, namespace, series.name ?? '', body, options);
  }
}

/** A name for an event about an object of that name, which may be one that events may not have (`system:node`). */
function nameOf(name: string): string {
  const id = randomUUID();
  return name.length <= LONGEST_NAME && NAME.test(name) ? `${name}.${id.slice(0, 13)}` : id;
}

/** The text without what the API would refuse the event for. */
function cut(note: string): string {
  const bytes = Buffer.from(note);
  if (bytes.length <= LONGEST_NOTE) return note;
  // Not within a character: its further bytes begin with the bits 10.
  let end = LONGEST_NOTE;
  while ((bytes[end]! & 0xc0) === 0x80) end -= 1;
  return bytes.toString('utf8', 0, end);
}
