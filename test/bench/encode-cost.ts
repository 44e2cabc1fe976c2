import { encodeBatchTick, encodeDataBatchFrame } from '@tick-storm/protocol';

/** What a flush of some ticks takes the supervisor to encode; microseconds of one CPU, a value for each run. */
export interface EncodeRow {
  ticks: number;
  /** Each tick, once for everybody. */
  tickMicros: number[];
  /** A frame around them, once for each filter that matches them. */
  frameMicros: number[];
}

interface EncodeOptions {
  runs: number;
  /** Of each of the two figures of a run. */
  measureMs: number;
}

/** As the clock feed makes them. */
const tick = {
  symbol: 'AAPL',
  timestampMs: Date.UTC(2026, 0, 1),
  price: 123.45,
  volume: 500,
  bid: 123.44,
  ask: 123.46,
  bidSize: 50,
  askSize: 60,
  mode: 1,
  metadata: {},
};
const STREAM_SEQUENCE = 100_000_000_000;
const BATCH = 100;

/** Measures in this process, which does nothing else meanwhile: the caches are warm, as under load. */
export function measureEncode({ runs, measureMs }: EncodeOptions): EncodeRow[] {
  return [1, 35, BATCH].map((ticks) => {
    const row: EncodeRow = { ticks, tickMicros: [], frameMicros: [] };
    const encoded = Array.from({ length: ticks }, () => encodeBatchTick(tick));
    const makeTicks = (): void => {
      for (let index = 0; index < ticks; index++) encodeBatchTick(tick);
    };
    const fields = { batchTimestampMs: tick.timestampMs, batchSequence: 10_000, streamSequence: STREAM_SEQUENCE };
    const makeFrame = (): void => {
      encodeDataBatchFrame(encoded, { ...fields, previousSequence: STREAM_SEQUENCE - 1 });
    };
    // The engine compiles what is used: the first run is not counted.
    microsOf(makeTicks, measureMs);
    microsOf(makeFrame, measureMs);
    for (let run = 0; run < runs; run++) {
      row.tickMicros.push(microsOf(makeTicks, measureMs) / ticks);
      row.frameMicros.push(microsOf(makeFrame, measureMs));
    }
    return row;
  });
}

/** CPU time, the collector's included, so that what else runs on the machine does not count. */
function microsOf(make: () => void, measureMs: number): number {
  const until = performance.now() + measureMs;
  const before = process.cpuUsage();
  let times = 0;
  do {
    for (let each = 0; each < BATCH; each++) make();
    times += BATCH;
  } while (performance.now() < until);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / times;
}
