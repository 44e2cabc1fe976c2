import { randomUUID } from 'node:crypto';
import type { ApiClient } from './api-client.ts';
import { hasStatus } from './api-error.ts';
import type { KubeObject } from './kube-object.ts';
import type { Logger } from './logger.ts';
import { microTime } from './micro-time.ts';
import type { ResourceType } from './resource-type.ts';

const EVENTS: ResourceType = { apiVersion: 'events.k8s.io/v1', kind: 'Event', plural: 'events' };

/** Longest note that the API takes. */
const LONGEST_NOTE = 1_024;
/** How long the same event counts as one series, as in client-go. */
const SERIES_MS = 6 * 60_000;
/** Events that may be on their way at once; more than that is noise, and is dropped. */
const MOST_IN_FLIGHT = 100;

/** Something that a person who looks at the object should know. */
export interface EventNote {
  readonly type: 'Normal' | 'Warning';
  /** One CamelCase word. */
  readonly reason: string;
  /** What was being done, one CamelCase word. */
  readonly action: string;
  readonly note: string;
}

interface Series {
  readonly name: string;
  count: number;
  lastMs: number;
}

export interface EventRecorderOptions {
  readonly client: Pick<ApiClient, 'create' | 'mergePatch'>;
  /** Such as `tickstorm.io/operator`. */
  readonly controller: string;
  /** Name of this process, such as its pod's. */
  readonly instance: string;
  readonly logger: Logger;
  readonly now?: () => number;
}

/** Records events about objects. Repetitions become one event with a count; failures are logged, never thrown. */
export class EventRecorder {
  readonly #options: EventRecorderOptions;
  readonly #now: () => number;
  readonly #series = new Map<string, Series>();
  readonly #inFlight = new Set<Promise<void>>();

  constructor(options: EventRecorderOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  /** Sends an event without waiting for it. */
  record(regarding: KubeObject, event: EventNote): void {
    if (this.#inFlight.size >= MOST_IN_FLIGHT) {
      this.#options.logger.warn('too many events, one is dropped', { reason: event.reason, note: event.note });
      return;
    }
    const sent = this.#send(regarding, { ...event, note: event.note.slice(0, LONGEST_NOTE) })
      .catch((error: unknown) => this.#options.logger.warn('an event was not recorded', { error: String(error) }))
      .finally(() => this.#inFlight.delete(sent));
    this.#inFlight.add(sent);
  }

  /** Resolves when all events on their way have arrived or failed. */
  async flush(): Promise<void> {
    await Promise.all(this.#inFlight);
  }

  async #send(regarding: KubeObject, event: EventNote): Promise<void> {
    const nowMs = this.#now();
    this.#forgetOld(nowMs);
    const key = JSON.stringify([regarding.metadata.uid, event]);
    const series = this.#series.get(key);
    if (series === undefined) {
      const name = `${regarding.metadata.name}.${randomUUID().slice(0, 13)}`;
      this.#series.set(key, { name, count: 1, lastMs: nowMs });
      await this.#create(regarding, event, name, nowMs);
      return;
    }
    series.count += 1;
    series.lastMs = nowMs;
    try {
      await this.#repeat(regarding, series);
    } catch (error) {
      if (!hasStatus(error, 404)) throw error;
      // The event has aged out of the API server: it starts again.
      this.#series.delete(key);
      await this.#send(regarding, event);
    }
  }

  #forgetOld(nowMs: number): void {
    for (const [key, { lastMs }] of this.#series) if (nowMs - lastMs > SERIES_MS) this.#series.delete(key);
  }

  async #create(regarding: KubeObject, event: EventNote, name: string, nowMs: number): Promise<void> {
    const { client, controller, instance } = this.#options;
    const namespace = regarding.metadata.namespace ?? 'default';
    const body = {
      apiVersion: EVENTS.apiVersion,
      kind: EVENTS.kind,
      metadata: { name, namespace },
      eventTime: microTime(nowMs),
      reportingController: controller,
      reportingInstance: instance,
      ...event,
      regarding: {
        apiVersion: regarding.apiVersion,
        kind: regarding.kind,
        name: regarding.metadata.name,
        namespace,
        uid: regarding.metadata.uid,
        resourceVersion: regarding.metadata.resourceVersion,
      },
    };
    await client.create(EVENTS, namespace, body, controller);
  }

  async #repeat(regarding: KubeObject, series: Series): Promise<void> {
    const namespace = regarding.metadata.namespace ?? 'default';
    const body = { series: { count: series.count, lastObservedTime: microTime(series.lastMs) } };
    const options = { fieldManager: this.#options.controller };
    await this.#options.client.mergePatch(EVENTS, namespace, series.name, body, options);
  }
}
