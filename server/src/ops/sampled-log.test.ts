import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Logger } from './logger.ts';
import { SAMPLE_INTERVAL_MS, SAMPLED_LINES, SampledLog } from './sampled-log.ts';

describe('SampledLog', () => {
  let lines: [level: string, message: string, fields: unknown][];
  let log: SampledLog;
  beforeEach(() => {
    jest.useFakeTimers();
    lines = [];
    const at =
      (level: string) =>
      (message: string, fields?: object): void =>
        void lines.push([level, message, fields]);
    const logger: Logger = {
      debug: at('debug'),
      info: at('info'),
      warn: at('warn'),
      error: at('error'),
      setLevel: () => {},
    };
    log = new SampledLog(logger);
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('logs the first of each kind and, when the interval is over, how many followed', () => {
    for (let count = 0; count < SAMPLED_LINES + 4; count++) log.log('info', 'a', 'closed', { count });
    log.log('warn', 'b', 'refused', {});
    expect(lines).toEqual([
      ...Array.from({ length: SAMPLED_LINES }, (_, count) => ['info', 'closed', { count }]),
      ['warn', 'refused', {}],
    ]);
    lines = [];
    jest.advanceTimersByTime(SAMPLE_INTERVAL_MS);
    expect(lines).toEqual([['info', 'suppressed 4 similar', { similar_to: 'closed', kind: 'a', suppressed: 4 }]]);
  });

  it('begins anew afterwards', () => {
    for (let count = 0; count <= SAMPLED_LINES; count++) log.log('info', 'a', 'closed', { count });
    jest.advanceTimersByTime(SAMPLE_INTERVAL_MS);
    lines = [];
    log.log('info', 'a', 'closed', { count: 20 });
    jest.advanceTimersByTime(SAMPLE_INTERVAL_MS);
    expect(lines).toEqual([['info', 'closed', { count: 20 }]]);
  });
});
