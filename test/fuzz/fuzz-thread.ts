// One run of `npm run fuzz`, on a thread of its own, so that the main thread can see it hang.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parentPort, workerData } from 'node:worker_threads';
import { fuzzRange, type FuzzRun } from './fuzz-run.ts';

export interface ThreadInput {
  seed: number;
  from: number;
  to: number;
  /** One number: the index of the input that runs. */
  progress: SharedArrayBuffer;
}

export interface ThreadResult extends FuzzRun {
  /** Bytes in use after a collection, after a tenth of the run and at its end. */
  earlyBytes: number;
  lateBytes: number;
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

function bytesInUse(): number {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const { seed, from, to, progress } = workerData as ThreadInput;
const position = new Float64Array(progress);
const tenth = from + Math.floor((to - from) / 10);
let earlyBytes = 0;
const run = fuzzRange(seed, from, to, (index) => {
  position[0] = index;
  if (index === tenth) earlyBytes = bytesInUse();
});
const result: ThreadResult = { ...run, earlyBytes, lateBytes: bytesInUse() };
parentPort!.postMessage(result, []);
