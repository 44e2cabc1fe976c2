import type { EventNote } from './event-note.ts';
import { TokenBucket } from './token-bucket.ts';

/** What to do about an event: nothing, or write it to the API as event number `count` of its series. */
export type Correlation =
  { readonly action: 'drop' } | { readonly action: 'write'; readonly series: EventSeries; readonly note: string };

/** Events that are the same to a reader; in the API they are one object with a count. */
export interface EventSeries {
  count: number;
  lastMs: number;
  /** Writes of one series follow each other: the first one creates it. */
  written: Promise<void>;
  /** Name of the object in the API; undefined while there is none. */
  name?: string | undefined;
}

interface Group {
  readonly notes: Set<string>;
  lastMs: number;
}

/** The numbers of client-go's EventCorrelator (tools/record/events_cache.go). */
const SPAM_BURST = 25;
const SPAM_PER_SECOND = 1 / 300;
const MOST_DISTINCT_NOTES = 10;
const GROUP_MS = 10 * 60_000;
const MOST_REMEMBERED = 4_096;
/** As in client-go's recorder for events.k8s.io: a series that is silent for so long has ended. */
const SERIES_MS = 6 * 60_000;

/**
 * Decides what becomes of events, as client-go's EventCorrelator does. An object may have 25 events at once and then
 * one every five minutes; events that differ in their text only become one after the tenth text within ten minutes;
 * repetitions are counted in one object of the API.
 */
export class EventCorrelator {
  /** A clock that never goes back, in milliseconds. */
  readonly #now: () => number;
  readonly #buckets = new Map<string, TokenBucket>();
  readonly #groups = new Map<string, Group>();
  readonly #series = new Map<string, EventSeries>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** @param uid of the object that the event is about */
  correlate(uid: string, event: EventNote): Correlation {
    if (this.#bucketOf(uid).reserve() > 0) {
      // What is dropped must not delay what comes later.
      this.#bucketOf(uid).giveBack();
      return { action: 'drop' };
    }
    const { type, reason, action } = event;
    const groupKey = JSON.stringify([uid, type, reason, action]);
    const isCombined = this.#isCombined(groupKey, event.note);
    const note = isCombined ? `(combined from similar events): ${event.note}` : event.note;
    const series = this.#seriesOf(isCombined ? groupKey : JSON.stringify([groupKey, event.note]));
    series.count += 1;
    series.lastMs = this.#now();
    return { action: 'write', series, note };
  }

  #bucketOf(uid: string): TokenBucket {
    const bucket =
      this.#buckets.get(uid) ?? new TokenBucket({ ratePerSecond: SPAM_PER_SECOND, burst: SPAM_BURST, now: this.#now });
    keep(this.#buckets, uid, bucket);
    return bucket;
  }

  /** Whether so many similar events had other texts that this one is no longer told apart. */
  #isCombined(key: string, note: string): boolean {
    const known = this.#groups.get(key);
    const isCurrent = known !== undefined && this.#now() - known.lastMs <= GROUP_MS;
    const group = isCurrent ? known : { notes: new Set<string>(), lastMs: 0 };
    group.lastMs = this.#now();
    const isCombined = !group.notes.has(note) && group.notes.size >= MOST_DISTINCT_NOTES;
    if (!isCombined) group.notes.add(note);
    keep(this.#groups, key, group);
    return isCombined;
  }

  #seriesOf(key: string): EventSeries {
    const known = this.#series.get(key);
    const isCurrent = known !== undefined && this.#now() - known.lastMs <= SERIES_MS;
    const series = isCurrent ? known : { count: 0, lastMs: 0, written: Promise.resolve() };
    keep(this.#series, key, series);
    return series;
  }
}

/** Sets an entry and makes it the youngest; beyond the bound the oldest goes. */
function keep<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= MOST_REMEMBERED) return;
  const [oldest] = map.keys();
  if (oldest !== undefined) map.delete(oldest);
}
