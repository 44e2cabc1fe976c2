/** Says what is going on, a line each. */
export type Report = (text: string) => void;

/** Lines with the time since the start, to standard error, so that standard output stays for results. */
export function timedReport(label: string, write: Report = (text) => process.stderr.write(`${text}\n`)): Report {
  const started = Date.now();
  return (text) => write(`[${label} ${elapsed(started).padStart(6)}] ${text}`);
}

export function elapsed(sinceMs: number): string {
  const seconds = (Date.now() - sinceMs) / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)}s`;
  return `${Math.floor(seconds / 60)}m${String(Math.floor(seconds % 60)).padStart(2, '0')}s`;
}

/** Runs `step` and says every `everyMs` that it is still at it. */
export async function withHeartbeat<T>(
  report: Report,
  what: string,
  step: () => Promise<T>,
  everyMs = 15_000,
): Promise<T> {
  const started = Date.now();
  const timer = setInterval(() => report(`${what}: still at it after ${elapsed(started)}`), everyMs);
  try {
    return await step();
  } finally {
    clearInterval(timer);
  }
}
