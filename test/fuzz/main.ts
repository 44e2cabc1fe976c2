// `npm run fuzz -- [--inputs N] [--seed N] [--only INDEX]`: mutated byte streams on the frame decoder, the message
// decoders and the session. Every input follows from the seed and its index, so --only runs one of them again.
import { Worker } from 'node:worker_threads';
import { parseArgs } from 'node:util';
import { fuzzRange } from './fuzz-run.ts';
import type { ThreadInput, ThreadResult } from './fuzz-thread.ts';
import { wholeNumber } from './whole-number.ts';

/** An input that takes longer than this hangs; they take some 20 µs, but the machine may be busy. */
const HANG_MS = 30_000;
const REPORT_MS = 10_000;
/** Growth above this between the first tenth of a run and its end is a leak. */
const MAX_GROWTH_BYTES = 8 * 1024 * 1024;

const { values } = parseArgs({
  options: {
    inputs: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
  },
});
const seed = wholeNumber('--seed', values.seed);

async function runThread(input: ThreadInput): Promise<ThreadResult> {
  const thread = new Worker(new URL('fuzz-thread.ts', import.meta.url), { workerData: input });
  const position = new Float64Array(input.progress);
  const startedMs = performance.now();
  let last = -1;
  let lastChangeMs = startedMs;
  let reportedMs = startedMs;
  const watch = setInterval(() => {
    const nowMs = performance.now();
    if (position[0] !== last) {
      last = position[0]!;
      lastChangeMs = nowMs;
    } else if (nowMs - lastChangeMs > HANG_MS) {
      console.error(`input ${last} of seed ${input.seed} hangs: run --seed ${input.seed} --only ${last}`);
      process.exit(1);
    }
    if (nowMs - reportedMs < REPORT_MS) return;
    reportedMs = nowMs;
    console.log(`${last} inputs, ${Math.round(last / ((nowMs - startedMs) / 1_000))} per second`);
  }, 500);
  try {
    return await new Promise((resolve, reject) => {
      thread.once('message', resolve);
      thread.once('error', reject);
    });
  } finally {
    clearInterval(watch);
  }
}

function report(result: ThreadResult, seconds: number): boolean {
  const { inputs, outcomes, failures, earlyBytes, lateBytes } = result;
  for (const [outcome, count] of [...outcomes].sort(([a], [b]) => a.localeCompare(b))) {
    console.log(`${String(count).padStart(12)}  ${outcome}`);
  }
  for (const { index, problem } of failures) console.error(`input ${index} of seed ${seed}: ${problem}`);
  const megabytes = (bytes: number): string => (bytes / 1_048_576).toFixed(1);
  const isFlat = lateBytes - earlyBytes <= MAX_GROWTH_BYTES;
  console.log(`memory in use: ${megabytes(earlyBytes)} MiB after a tenth, ${megabytes(lateBytes)} MiB at the end`);
  if (!isFlat) console.error(`memory grew by more than ${megabytes(MAX_GROWTH_BYTES)} MiB`);
  console.log(
    `fuzz: ${inputs} inputs of seed ${seed} in ${seconds.toFixed(1)} s (${Math.round(inputs / seconds)} per second), ` +
      `${outcomes.size} classes of outcomes, ${failures.length} failures, no hang`,
  );
  return failures.length === 0 && isFlat;
}

if (values.only === undefined) {
  const to = wholeNumber('--inputs', values.inputs);
  const startedMs = performance.now();
  const result = await runThread({ seed, from: 0, to, progress: new SharedArrayBuffer(8) });
  process.exitCode = report(result, (performance.now() - startedMs) / 1_000) ? 0 : 1;
} else {
  const index = wholeNumber('--only', values.only);
  const { outcomes, failures } = fuzzRange(seed, index, index + 1, () => {});
  for (const outcome of outcomes.keys()) console.log(outcome);
  for (const { problem } of failures) console.error(problem);
  process.exitCode = failures.length === 0 ? 0 : 1;
}
