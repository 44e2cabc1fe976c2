import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import type { Logger } from './logger.ts';
import { createJsonLogger } from './logger.ts';

function loggerInMemory(): { logger: Logger; lines: () => unknown[] } {
  const stream = new PassThrough();
  const logger = createJsonLogger(stream, 'info', { process: 'worker' });
  const lines = (): unknown[] => {
    const written: unknown = stream.read();
    if (!Buffer.isBuffer(written)) return [];
    const texts = written.toString().trimEnd().split('\n');
    return texts.map((text): unknown => JSON.parse(text));
  };
  return { logger, lines };
}

describe('createJsonLogger', () => {
  it('writes a line of JSON with the fields of the logger and of the line', () => {
    const { logger, lines } = loggerInMemory();
    logger.info('client connected', { address: '10.0.0.1' });
    logger.warn('slow');
    expect(lines()).toEqual([
      {
        level: 'info',
        message: 'client connected',
        process: 'worker',
        address: '10.0.0.1',
        timestamp: expect.any(String),
      },
      { level: 'warn', message: 'slow', process: 'worker', timestamp: expect.any(String) },
    ]);
  });

  it('does nothing with a line below its level, which may change', () => {
    const { logger, lines } = loggerInMemory();
    let looks = 0;
    const fields = {
      get reason() {
        looks++;
        return 'client_closed';
      },
    };
    logger.debug('connection closed', fields);
    expect([looks, lines()]).toEqual([0, []]);
    logger.setLevel('debug');
    logger.debug('connection closed', fields);
    expect(looks).toBeGreaterThan(0);
    expect(lines()).toMatchObject([{ level: 'debug', message: 'connection closed', reason: 'client_closed' }]);
    logger.setLevel('error');
    logger.warn('slow');
    expect(lines()).toEqual([]);
  });
});
