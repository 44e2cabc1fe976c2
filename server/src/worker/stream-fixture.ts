import { decodeDataBatch, encodeBatchTick, encodeDataBatchFrame, FrameDecoder } from '@tick-storm/protocol';

// For tests: a stream in short notation, and what a client sees of it.

const blank = { timestampMs: 1, price: 1, volume: 1, bid: 1, ask: 1, bidSize: 1, askSize: 1, mode: 1, metadata: {} };

/** Each tick is this many positions behind the one before it, as in a filtered stream. */
export const STEP = 3;
/** Position before the first tick. */
export const START = 100;
export const FIRST_NUMBER = 50;

/** The frames of consecutive batches: one text a batch, one letter a symbol. */
export function framesOf(texts: readonly string[]): Buffer[] {
  let sequence = START;
  return texts.map((text, index) => {
    const symbols = text.split('');
    const frame = encodeDataBatchFrame(
      symbols.map((symbol) => encodeBatchTick({ ...blank, symbol })),
      {
        batchSequence: FIRST_NUMBER + index,
        previousSequence: sequence,
        streamSequence: sequence + STEP,
        sequenceDeltas: symbols.slice(1).map(() => STEP),
        epoch: index === 0 ? 'e' : '',
      },
    );
    sequence += STEP * symbols.length;
    return frame;
  });
}

export interface SeenBatch {
  symbols: string;
  positions: number[];
  batchSequence: number;
  previousSequence: number;
  omitted: number;
  epoch: string;
}

/** The batches in a stretch of bytes. */
export function seenIn(bytes: Buffer): SeenBatch[] {
  const decoder = new FrameDecoder();
  decoder.push(bytes);
  const seen: SeenBatch[] = [];
  for (let frame = decoder.next(); frame; frame = decoder.next()) {
    const { ticks, batchSequence, previousSequence, omitted, epoch, ...fields } = decodeDataBatch(frame.payload);
    const positions = ticks.map((_, index) =>
      fields.sequenceDeltas.slice(0, index).reduce((sum, delta) => sum + delta, fields.streamSequence),
    );
    const symbols = ticks.map(({ symbol }) => symbol).join('');
    seen.push({ symbols, positions, batchSequence, previousSequence, omitted, epoch });
  }
  return seen;
}
