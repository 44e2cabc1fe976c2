import { errorCodeName, messageTypeName } from '@tick-storm/protocol';

/** Counts by a label of a closed list. */
export class LabelCounts {
  readonly values: Map<string, number> = new Map();

  add(label: string, amount = 1): void {
    this.values.set(label, (this.values.get(label) ?? 0) + amount);
  }
}

const TYPES = 16;

/** What a worker counts, as plain fields: the metrics read them when they are asked for. */
export class WorkerStats {
  activeConnections = 0;
  subscriptions = 0;
  totalConnections = 0;
  bytesSent = 0;
  bytesReceived = 0;
  writeTimeouts = 0;
  authSuccesses = 0;
  authRateLimited = 0;
  heartbeatTimeouts = 0;
  heartbeatsReceived = 0;
  readonly authFailures: LabelCounts = new LabelCounts();
  readonly errors: LabelCounts = new LabelCounts();
  readonly protocolErrors: LabelCounts = new LabelCounts();
  readonly connectionErrors: LabelCounts = new LabelCounts();
  readonly closes: LabelCounts = new LabelCounts();
  /** By policy. */
  readonly omittedTicks: LabelCounts = new LabelCounts();
  /** By type byte; unknown types share the last place. */
  readonly #sent: Float64Array = new Float64Array(TYPES);
  readonly #received: Float64Array = new Float64Array(TYPES);

  countSent(type: number, frames: number, bytes: number): void {
    this.#sent[type] = this.#sent[type]! + frames;
    this.bytesSent += bytes;
  }

  countReceived(type: number): void {
    const place = messageTypeName(type) === 'UNKNOWN' ? TYPES - 1 : type;
    this.#received[place] = this.#received[place]! + 1;
  }

  countError(code: number): void {
    this.errors.add(errorCodeName(code));
  }

  sentByType(): [string, number][] {
    return named(this.#sent);
  }

  receivedByType(): [string, number][] {
    return named(this.#received);
  }
}

function named(counts: Float64Array): [string, number][] {
  return Array.from(counts, (count, type): [string, number] => [messageTypeName(type), count]).filter(
    ([, count]) => count > 0,
  );
}
