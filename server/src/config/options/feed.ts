import { integer, oneOf, symbolList, text } from '../fields.ts';
import type { OptionTable } from '../option.ts';

/** Where the ticks come from. */
export const feedOptions = {
  FEED_TYPE: {
    default: 'clock',
    value: oneOf('clock'),
    reload: 'restart',
    meaning: 'Where the ticks come from.',
    tickStorm: '`feed.type`',
  },
  FEED_SEED: {
    default: 'tick-storm',
    value: text(128),
    reload: 'restart',
    meaning: 'Text that the whole market follows from.',
    tickStorm: '`feed.clock.seed`',
  },
  FEED_SYMBOLS: {
    default: 'AAPL,ADBE,AMD,AMZN,AVGO,BAC,COST,CRM,DIS,GOOGL,INTC,JPM,KO,META,MSFT,NFLX,NVDA,ORCL,TSLA,V',
    value: symbolList(1_000),
    reload: 'restart',
    meaning: 'Symbols that are traded.',
    tickStorm: '`feed.clock.symbols`',
  },
  FEED_TICK_INTERVAL_MS: {
    default: '100',
    value: integer(1, 60_000, 'milliseconds'),
    reload: 'restart',
    meaning: 'Time between two ticks of one symbol.',
    tickStorm: '`feed.clock.tickIntervalMs`',
  },
  FEED_CLOCK_ALLOWANCE_MS: {
    default: '10',
    value: integer(0, 10_000, 'milliseconds'),
    reload: 'restart',
    meaning: 'A tick is published this long after its time, to allow for clocks that differ between pods.',
    tickStorm: '',
  },
} as const satisfies OptionTable;
