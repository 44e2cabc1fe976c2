/** Two significant digits: more would say that the model is exact. */
export function about(value: number): string {
  return value.toLocaleString('en', { maximumSignificantDigits: 2 });
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}

export function micros(seconds: number): string {
  return `${(1e6 * seconds).toFixed(1)} µs`;
}

export function kilobytes(bytes: number): string {
  return `${(bytes / 1e3).toFixed(1)} KB`;
}

/** MB, or GB from one on. */
export function megabytes(bytes: number): string {
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(0)} MB` : `${about(bytes / 1e9)} GB`;
}

/** Mbit/s, or Gbit/s from one on. */
export function bitRate(bitsPerSecond: number): string {
  return bitsPerSecond < 1e9 ? `${about(bitsPerSecond / 1e6)} Mbit/s` : `${about(bitsPerSecond / 1e9)} Gbit/s`;
}

/** Seconds, minutes or hours. */
export function duration(seconds: number): string {
  if (seconds < 120) return `${Math.ceil(seconds)} s`;
  return seconds < 7_200 ? `${about(seconds / 60)} min` : `${about(seconds / 3_600)} h`;
}
