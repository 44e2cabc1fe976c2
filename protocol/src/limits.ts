/** Bounds of message fields; lengths of strings are in characters. */
export const FieldLimits = {
  symbols: 100,
  symbolLength: 16,
  metadataEntries: 20,
  metadataKeyLength: 64,
  metadataValueLength: 256,
  usernameLength: 64,
  passwordLength: 128,
  clientIdLength: 64,
  versionLength: 32,
  ticksPerBatch: 1_000,
  errorMessageLength: 512,
  errorDetailsLength: 1_024,
  /** `start_time_ms` may lie this far back ... */
  startTimePastMs: 86_400_000,
  /** ... and this far ahead. */
  startTimeFutureMs: 300_000,
  /** A heartbeat's timestamp may lie this far back ... */
  heartbeatPastMs: 86_400_000,
  /** ... and this far ahead. */
  heartbeatFutureMs: 300_000,
  priceMin: 0.0001,
  priceMax: 1_000_000,
  volumeMax: 1_000_000_000,
} as const;

const symbolPattern = /^[A-Z0-9._-]{1,16}$/;
const symbolFilterPattern = /^(?:[A-Z0-9._-]{1,16}|[A-Z0-9._-]{1,15}\*|\*)$/;

/** A symbol as a tick carries it: 1-16 characters of `A-Z 0-9 . _ -`. */
export function isSymbol(text: string): boolean {
  return symbolPattern.test(text);
}

/** What a subscription may name: a symbol, `*`, or `PREFIX*`; 16 characters with the star. */
export function isSymbolFilter(text: string): boolean {
  return symbolFilterPattern.test(text);
}

/**
 * Says what is wrong with a subscription's symbols.
 * @returns undefined when they are valid, else one sentence
 */
export function symbolFiltersProblem(symbols: readonly string[]): string | undefined {
  if (symbols.length > FieldLimits.symbols) {
    return `${symbols.length} symbols are too many; at most ${FieldLimits.symbols} are allowed`;
  }
  const index = symbols.findIndex((symbol) => !isSymbolFilter(symbol));
  if (index === -1) return undefined;
  return `symbols[${index}] is not valid; allowed are 1-${FieldLimits.symbolLength} characters of A-Z 0-9 . _ - or * or PREFIX*`;
}

/**
 * Says what is wrong with a message's metadata.
 * @returns undefined when it is valid, else one sentence
 */
export function metadataProblem(metadata: Readonly<Record<string, string>>): string | undefined {
  const entries = Object.entries(metadata);
  if (entries.length > FieldLimits.metadataEntries) {
    return `${entries.length} metadata entries are too many; at most ${FieldLimits.metadataEntries} are allowed`;
  }
  for (const [key, value] of entries) {
    if (key.length === 0 || key.length > FieldLimits.metadataKeyLength) {
      return `a metadata key has ${key.length} characters; allowed are 1-${FieldLimits.metadataKeyLength}`;
    }
    if (value.length > FieldLimits.metadataValueLength) {
      return `a metadata value has ${value.length} characters; at most ${FieldLimits.metadataValueLength} are allowed`;
    }
  }
  return undefined;
}

/** `start_time_ms` is unset (0) or within [now - 24 h, now + 5 min]. */
export function isStartTime(startTimeMs: number, nowMs: number): boolean {
  if (startTimeMs === 0) return true;
  return startTimeMs >= nowMs - FieldLimits.startTimePastMs && startTimeMs <= nowMs + FieldLimits.startTimeFutureMs;
}

/** A heartbeat's timestamp is set and within [now - 24 h, now + 5 min]. */
export function isHeartbeatTime(timestampMs: number, nowMs: number): boolean {
  if (timestampMs <= 0) return false;
  return timestampMs >= nowMs - FieldLimits.heartbeatPastMs && timestampMs <= nowMs + FieldLimits.heartbeatFutureMs;
}
